A person stops agents, and lets them work again. Whoever works in a worktree
speaks for its agent; the person says who is speaking.

  $ comm-node init hub.git --project shop >/dev/null

  $ backend: comm-node join ../hub.git --agent backend --domain backend >/dev/null

  $ frontend: comm-node join ../hub.git --agent frontend --domain frontend >/dev/null

  $ backend: comm-node pause frontend
  error: only human may pause agents, and you are backend
  hint: a person adds --agent human; an agent asks: comm-node ask human "…"
  [exit 1]

  $ backend: comm-node pause all --agent human --why "The database is being moved"
  paused: backend, frontend (<ID:1>); who has heard of it: comm-node orders

  $ frontend: git commit --quiet --allow-empty -m "More"
  comm-node refuses this commit:
  frontend was paused by human at <TIME>: The database is being moved
  Until it is resumed, nothing is changed, committed or pushed. Mail may still be read and answered.
  Next:
    comm-node ask human 'May frontend go on?'
    comm-node inbox
  [exit 1]

  $ frontend: comm-node ask human "How long?" --blocking
  sent <ID:2> to human (coordination, about 3 tokens)

  $ frontend: comm-node lock src/a.ts
  error: human has paused frontend: The database is being moved
  hint: comm-node ask human "May I go on?"
  [exit 1]

  $ backend: comm-node inbox
  blocking or urgent:
    <ID:1> <AGE> human order [!]: Pause: change no files, commit and push nothing until I resume you.
  backend: 1 unread, as of now; next: comm-node read [ID], answer ID TEXT, ack ID

  $ backend: comm-node sync >/dev/null && comm-node status --attention
  1 matter, as of now, the most urgent first:
  frontend asks you, and cannot go on: How long?
    comm-node answer <ID:2> TEXT --agent human

  $ backend: comm-node resume all --agent human
  resumed: backend, frontend (<ID:3>); who has heard of it: comm-node orders

  $ frontend: git commit --quiet --allow-empty -m "More"

A contract is put right, and one is taken back.

  $ backend: echo '{"openapi": "3.0.0", "info": {"title": "Auth", "version": "1"}, "paths": {}}' > api.yaml && comm-node artifact publish api.yaml --kind openapi
  published backend/api.yaml v1 (openapi, 77 B, sha256 <OID>)

  $ backend: echo '{"openapi": "3.1.0", "info": {"title": "Auth", "version": "1"}, "paths": {}}' > api.yaml && comm-node inject backend/api.yaml api.yaml --kind openapi --agent human --why "the right version"
  injected backend/api.yaml v2

  $ frontend: comm-node withdraw backend/api.yaml
  error: frontend publishes for frontend, not for backend
  hint: comm-node ask backend 'Can you publish …?'
  [exit 1]

  $ frontend: comm-node withdraw backend/api.yaml --agent human --why "Not agreed yet"
  withdrew backend/api.yaml v2; told backend

  $ backend: comm-node orders --limit 1
  <ID:4> withdraw backend backend/api.yaml, by human <AGE>: Not agreed yet
    not yet: backend
  as of now

It was agreed after all: the withdrawal is undone, and what that does is shown first.

  $ frontend: comm-node undo $(git -C ../hub.git rev-parse main)
  error: only human may undo commits, and you are frontend
  hint: a person adds --agent human; an agent asks: comm-node ask human "…"
  [exit 1]

  $ frontend: comm-node undo $(git -C ../hub.git rev-parse main) --agent human
  undoing <OID> "withdraw: human withdraws backend/api.yaml v2":
    ~ artifacts/backend/api.yaml.md  withdrawn <TIME> → nothing
    stays: messages/<DATE>/<ULID:4>.md, orders/<ULID:4>.md
    told: backend
  nothing was changed yet; do it: comm-node undo <OID> --yes --agent human

  $ frontend: comm-node undo $(git -C ../hub.git rev-parse main) --agent human --yes >/dev/null && comm-node artifact list
  backend/api.yaml  v2  openapi  77 B
  1 artifact, as of now

  $ frontend: comm-node undo $(git -C ../hub.git log --format=%H --grep '^publish' -1 main) --agent human
  error: it cannot be undone because of artifacts/backend/api.yaml.md: version 2 may be in use, and versions only grow
  hint: comm-node artifact get backend/api.yaml@1 -o FILE, comm-node inject backend/api.yaml FILE --agent human
  [exit 1]
