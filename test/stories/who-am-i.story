Who acts is never guessed: --agent, then COMM_NODE_AGENT, then what this worktree
joined as.

  $ comm-node init hub.git --project shop | head -n 1
  made and filled <SANDBOX>/hub.git for the project shop

  $ shop: comm-node inbox
  error: it is not known which agent you are here
  hint: comm-node join URL --agent NAME --domain NAME, or name yourself: --agent NAME
  [exit 2]

  $ shop: comm-node inbox --repository ../hub.git
  error: it is not known which agent you are here
  hint: comm-node join URL --agent NAME --domain NAME, or name yourself: --agent NAME
  [exit 2]

  $ shop: comm-node join ../hub.git --agent backend --domain api | head -n 1
  backend works on api in shop (registered backend, set comm-node.agent, set comm-node.repository, set comm-node.repo)

  $ shop: comm-node inbox
  backend: nothing unread, as of now

  $ shop: COMM_NODE_AGENT=human comm-node inbox
  human: nothing unread, as of now

  $ shop: COMM_NODE_AGENT=human comm-node inbox --agent backend
  backend: nothing unread, as of now

  $ shop: comm-node inbox --agent stranger
  error: stranger has not joined this coordination repository
  hint: comm-node join URL --agent stranger --domain NAME
  [exit 2]

  $ shop: comm-node inbox --agent 'No Body'
  error: "No Body" cannot name an agent: it is not made of lower-case letters, digits and inner hyphens, starting with a letter
  hint: choose a name such as no-body
  [exit 2]

A linked worktree belongs to another agent: it inherits none.

  $ shop: git worktree add --quiet ../second

  $ second: comm-node inbox
  error: it is not known which agent you are here
  hint: comm-node join URL --agent NAME --domain NAME, or name yourself: --agent NAME
  [exit 2]

  $ second: comm-node doctor | grep identity
  warn identity: this linked worktree has no agent; it inherits none

  $ second: comm-node join ../hub.git --agent tester --domain tests
  tester works on tests in shop (registered tester, set comm-node.agent)
  written, to be committed: .claude/settings.json, .claude/hooks/comm-node.cjs, .claude/rules/comm-node.md, AGENTS.md
  with:
    human (the person in charge)
    backend (api)
  next: comm-node inbox, comm-node send NAME TEXT

  $ second: comm-node send backend "Who broke the build?"
  sent <ID:1> to backend (coordination, about 6 tokens)

  $ shop: comm-node inbox
  unread:
    <ID:1> <AGE> tester announcement: Who broke the build?
  backend: 1 unread, as of now; next: comm-node read [ID], answer ID TEXT, ack ID

Both are the same repository to the locks.

  $ shop: git config comm-node.repo
  shop

  $ second: git config comm-node.repo
  shop

Outside of a repository one may read, and act by name.

  $ comm-node status --repository hub.git
  shop, as of now, 1 record
  <SANDBOX>/hub.git (read and written in place)
    backend  1 unread  seen <AGE>  api in shop
    human              never seen     the person in charge
    tester             seen <AGE>  tests in shop

  $ comm-node send backend "From nowhere." --repository hub.git --agent human
  sent <ID:2> to backend (coordination, about 4 tokens)

  $ comm-node join hub.git --agent walker --domain walks
  error: <SANDBOX> is not in a Git repository
  hint: run join in the repository (or worktree) that the agent works in; git init makes one
  [exit 2]

A name that works elsewhere is not taken by accident.

  $ other: comm-node join ../hub.git --agent backend --domain api
  error: agent backend is registered with the repo shop, not other
  hint: choose another --agent name, or add --replace if this is the same agent
  [exit 1]

  $ other: comm-node join ../hub.git --agent backend --domain api --replace | head -n 1
  backend works on api in other (registered backend, set comm-node.agent, set comm-node.repository, set comm-node.repo)

  $ other: comm-node join ../hub.git --agent backend
  error: join needs --domain
  hint: comm-node join ../hub.git --agent NAME --domain NAME
  [exit 2]

  $ other: comm-node join ../hub.git --domain api
  error: join needs --agent
  hint: comm-node join ../hub.git --agent NAME --domain NAME
  [exit 2]

  $ other: comm-node join ../nowhere.git --agent backend --domain api
  error: there is no coordination repository at <SANDBOX>/nowhere.git
  hint: comm-node init <SANDBOX>/nowhere.git
  [exit 2]

  $ other: comm-node join ../hub.git --agent Back_End --domain api
  error: "Back_End" cannot name an agent: it is not made of lower-case letters, digits and inner hyphens, starting with a letter
  hint: choose a name such as back-end
  [exit 2]

Whoever joins in a worktree that is another's is told so, and the name of the
repository stays; leaving by name from there takes nothing from it.

  $ shop: comm-node join ../hub.git --agent boss --domain desk --repo shop-api | head -n 1
  boss works on desk in shop-api (registered boss, this worktree was backend's, set comm-node.agent, set comm-node.repo)

  $ shop: comm-node join ../hub.git --agent human
  human works here in shop-api (registered human, this worktree was boss's, set comm-node.agent)
  with:
    backend (api)
    tester (tests)
    boss (desk)
  next: comm-node inbox, comm-node send NAME TEXT

  $ shop: comm-node leave --agent boss
  boss has left

  $ shop: comm-node inbox
  human: nothing unread, as of now
