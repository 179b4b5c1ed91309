Two agents on one machine, each in a repository of its own, talk through one
coordination repository.

  $ comm-node init hub.git --project shop
  made and filled <SANDBOX>/hub.git for the project shop
  next, in each repository (or worktree) that an agent works in:
    comm-node join '<SANDBOX>/hub.git' --agent NAME --domain NAME

  $ backend: comm-node join ../hub.git --agent backend --domain backend --role "Builds the API"
  backend works on backend in backend (registered backend, set comm-node.agent, set comm-node.repository, set comm-node.repo)
  hooks: pre-commit, pre-merge-commit, prepare-commit-msg, post-commit, pre-push
  written, to be committed: .claude/settings.json, .claude/hooks/comm-node.cjs, .claude/rules/comm-node.md, AGENTS.md
  with:
    human (the person in charge)
  next: comm-node inbox, comm-node send NAME TEXT

  $ frontend: comm-node join ../hub.git --agent frontend --domain frontend
  frontend works on frontend in frontend (registered frontend, set comm-node.agent, set comm-node.repository, set comm-node.repo)
  hooks: pre-commit, pre-merge-commit, prepare-commit-msg, post-commit, pre-push
  written, to be committed: .claude/settings.json, .claude/hooks/comm-node.cjs, .claude/rules/comm-node.md, AGENTS.md
  with:
    human (the person in charge)
    backend (Builds the API)
  next: comm-node inbox, comm-node send NAME TEXT

Joining again changes nothing.

  $ frontend: comm-node join ../hub.git --agent frontend --domain frontend
  frontend works on frontend in frontend (nothing to change)
  with:
    human (the person in charge)
    backend (Builds the API)
  next: comm-node inbox, comm-node send NAME TEXT

Whoever has something to say sends it; whoever wants to know something asks.

  $ backend: comm-node send frontend "Auth API ready." --type artifact_ready --artifact api.yaml --ack
  sent <ID:1> to frontend (coordination, about 5 tokens)

  $ backend: comm-node ask frontend "Which claims do you need?" --blocking --token-budget 12
  sent <ID:2> to frontend (coordination, about 8 tokens)

  $ backend: comm-node send all "Lunch is at noon." --priority low
  sent <ID:3> to all (coordination, about 5 tokens)

The inbox shows first what others wait for. Looking at it reads nothing.

  $ frontend: comm-node inbox
  blocking or urgent:
    <ID:2> <AGE> backend question: Which claims do you need? (blocks progress)
  unread:
    <ID:1> <AGE> backend artifact_ready: Auth API ready. (ack required)
    <ID:3> <AGE> backend announcement [-]: Lunch is at noon.
  frontend: 3 unread, as of now; next: comm-node read [ID], answer ID TEXT, ack ID

  $ frontend: comm-node inbox --max-tokens 20
  blocking or urgent:
    <ID:2> <AGE> backend question: Which claims do you need? (blocks progress)
  frontend: 3 unread, 2 not shown (--limit, --max-tokens), as of now; next: comm-node read [ID], answer ID TEXT, ack ID

  $ frontend: comm-node read <ID:2>
  <ID:2> question · backend → frontend · <AGE> · blocks progress · answer within 12 tokens
    Which claims do you need?
  next: comm-node answer <ID:2> TEXT

A question may say what its answer may cost.

  $ frontend: comm-node answer <ID:2> "We need sub for the name, role for the menu, and exp so that we can refresh in time."
  error: the answer has about 24 tokens, and backend has asked for at most 12
  hint: cut 12 tokens, the last 46 characters, or publish the long text and name it
  [exit 1]

  $ frontend: comm-node answer <ID:2> "sub, role and exp."
  sent <ID:4> to backend (coordination, about 6 tokens)

Without an id, read takes the most pressing unread messages.

  $ frontend: comm-node read
  <ID:1> artifact_ready · backend → frontend · <AGE> · 📄api.yaml · ack required
    Auth API ready.
  next: comm-node ack <ID:1>

  <ID:3> announcement · backend → all · <AGE> · [-]
    Lunch is at noon.

  $ frontend: comm-node ack <ID:1>
  acknowledged <ID:1>: sent <ID:5> to backend (coordination, about 4 tokens)

  $ frontend: comm-node ack <ID:1>
  <ID:1> was acknowledged before

  $ frontend: comm-node inbox
  frontend: nothing unread, as of now

  $ frontend: comm-node inbox --all --limit 2
  read before:
    <ID:3> <AGE> backend announcement [-]: Lunch is at noon.
    <ID:2> <AGE> backend question: Which claims do you need? (blocks progress)
  frontend: nothing unread, as of now

A message can be looked at and left unread, and answered in its thread.

  $ backend: comm-node read <ID:4> --peek
  <ID:4> answer · frontend → backend · <AGE> · re <ID:2>
    sub, role and exp.

  $ backend: comm-node reply <ID:4> "Done: they are in."
  sent <ID:6> to frontend (coordination, about 6 tokens)

  $ backend: comm-node thread <ID:2>
  <ID:2> question · backend → frontend · <AGE> · blocks progress · answer within 12 tokens
    Which claims do you need?
    <ID:4> answer · frontend → backend · <AGE> · re <ID:2>
      sub, role and exp.
      <ID:6> announcement · backend → frontend · <AGE> · re <ID:4>
        Done: they are in.

Nothing is lost in a long list.

  $ backend: comm-node search claims from:backend
  <ID:2> <AGE> backend question: Which claims do you need? (blocks progress)

  $ backend: comm-node search '"role and exp"' type:answer
  <ID:4> <AGE> frontend answer: sub, role and exp.

  $ backend: comm-node search unicorns
  nothing found

  $ backend: comm-node status
  shop, as of now, 8 records
  <SANDBOX>/hub.git (read and written in place)
    backend (you)  1 unread  seen <AGE>  backend: Builds the API
    frontend       1 unread  seen <AGE>  frontend
    human          1 unread  never seen     the person in charge

A retry that knows its key is not a second message.

  $ backend: comm-node send frontend "Deployed." --idempotency-key deploy-1
  sent <ID:7> to frontend (coordination, about 3 tokens)

  $ backend: comm-node send frontend "Deployed." --idempotency-key deploy-1
  sent before as <ID:7>, with the same idempotency key

A longer text comes from a file or a pipe; what is more than three sentences is
a detailed message.

  $ backend: printf '# Plan\n\n- one\n- two\n' | comm-node send frontend
  sent <ID:8> to frontend (detailed, about 6 tokens)

  $ backend: printf 'One.' > note.md; comm-node send frontend --file note.md
  sent <ID:9> to frontend (coordination, about 2 tokens)

  $ backend: comm-node sync
  sent 0, received 0 commits, 1 unread, as of now

When its work is done, an agent leaves.

  $ frontend: comm-node leave
  frontend has left

  $ frontend: comm-node inbox
  error: it is not known which agent you are here
  hint: comm-node join URL --agent NAME --domain NAME, or name yourself: --agent NAME
  [exit 2]

  $ backend: comm-node send frontend "Still there?"
  error: frontend left at <TIME>
  hint: nobody has its domain now: write to human
  [exit 1]
