When something seems wrong, doctor looks at everything and says how to mend it.

  $ shop: comm-node doctor 2>&1 | grep -v -e '^pass node' -e '^pass git'
  warn identity: no agent has joined in this worktree
       mend: comm-node join URL --agent NAME --domain NAME
  fail repository: no coordination repository is known here
       mend: comm-node join URL --agent NAME --domain NAME, or name it: --repository URL
  error: not well: repository

  $ comm-node init hub.git --project shop | head -n 1
  made and filled <SANDBOX>/hub.git for the project shop

  $ shop: comm-node join ../hub.git --agent backend --domain api | head -n 1
  backend works on api in shop (registered backend, set comm-node.agent, set comm-node.repository, set comm-node.repo)

  $ shop: comm-node doctor 2>&1 | grep -v -e ' node:' -e ' git:' -e ' packs:'
  pass identity: backend, of the worktree <SANDBOX>/shop
  pass hooks: all 5 fire (plain)
  pass claude: its settings call comm-node here
  pass repository: <SANDBOX>/hub.git, read and written in place
  pass writable: yes
  pass index: in step with <OID>
  pass branch lock: none
  pass write lock: free
  pass project: shop
  pass registration: backend, domain api
  pass records: all can be read
  pass outbox: nothing waits
  pass clocks: no record is from the future
  pass heartbeat: backend was heard <AGE>

A record that cannot be read is passed over, and named.

  $ git clone --quiet hub.git clone

  $ mkdir -p clone/messages/2026/11/22 && echo hello > clone/messages/2026/11/22/01KAP9Q1V8Z3YQ4T9W2X5M6N7P.md
  > cd clone && git add . && git commit --quiet --message 'By hand' && git push --quiet

  $ shop: comm-node doctor 2>&1 | grep -A1 ' records:'
  warn records: messages/<DATE>/<ULID:1>.md:1: expected the opening fence, with no language after it, for example "---" alone on its line; found hello
       mend: mend or delete it in a clone, commit and push; until then it is passed over

  $ shop: comm-node status
  shop, as of now, 0 records
  <SANDBOX>/hub.git (read and written in place)
    backend (you)    seen <AGE>  api in shop
    human            never seen     the person in charge
  1 record cannot be read: comm-node doctor

A lock that a killed Git left behind, and a coordination repository that is gone:

  $ touch -d '2 hours ago' hub.git/refs/heads/main
  > touch -d '1 hour ago' hub.git/refs/heads/main.lock

  $ shop: comm-node doctor 2>&1 | grep -A1 'branch lock'
  warn branch lock: <SANDBOX>/hub.git/refs/heads/main.lock is 1h old: a Git process was killed, or hangs
       mend: the next message moves it away; if nothing moves, see that no git process runs, then rm '<SANDBOX>/hub.git/refs/heads/main.lock'

  $ shop: comm-node send human "Still works." --quiet
  sent <ID:2> to human (coordination, about 4 tokens)

  $ mv hub.git elsewhere.git

  $ shop: comm-node doctor 2>&1 | tail -n 2
       mend: comm-node init <SANDBOX>/hub.git
  error: not well: repository

  $ shop: comm-node send human "Does not."
  error: there is no coordination repository at <SANDBOX>/hub.git
  hint: comm-node init <SANDBOX>/hub.git
  [exit 2]
