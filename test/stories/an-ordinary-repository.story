The coordination repository is an ordinary repository: it can be cloned, pulled,
browsed, and its log reads as the history of the project.

  $ comm-node init hub.git --project shop | head -n 1
  made and filled <SANDBOX>/hub.git for the project shop

  $ backend: comm-node join ../hub.git --agent backend --domain api | head -n 1
  backend works on api in backend (registered backend, set comm-node.agent, set comm-node.repository, set comm-node.repo)

  $ frontend: comm-node join ../hub.git --agent frontend --domain web | head -n 1
  frontend works on web in frontend (registered frontend, set comm-node.agent, set comm-node.repository, set comm-node.repo)

  $ git clone --quiet hub.git clone

  $ backend: comm-node send frontend "Auth API ready." --task bd-7
  sent <ID:1> to frontend (coordination, about 5 tokens)

  $ frontend: comm-node read
  <ID:1> announcement · backend → frontend · <AGE> · bd-7
    Auth API ready.

  $ frontend: comm-node reply <ID:1> "Fine."
  sent <ID:2> to backend (coordination, about 2 tokens)

  $ backend: comm-node ask frontend "May I merge?"
  sent <ID:3> to frontend (coordination, about 4 tokens)

  $ git -C clone pull --quiet

  $ git -C clone log --reverse --format=%s
  init: shop
  join: backend takes domain api
  join: frontend takes domain web
  send: backend → frontend: Auth API ready.
  read: frontend read 1 message
  send: frontend → backend: Fine.
  ask: backend → frontend: May I merge?

  $ git -C clone log --author=frontend --format='%an <%ae>: %s'
  frontend <frontend@comm-node>: send: frontend → backend: Fine.
  frontend <frontend@comm-node>: read: frontend read 1 message
  frontend <frontend@comm-node>: join: frontend takes domain web

  $ git -C clone log --format='%(trailers:key=Task,valueonly)' --grep bd-7
  bd-7

  bd-7

  $ git -C clone ls-files
  .gitattributes
  PROTOCOL.md
  README.md
  agents/backend.md
  agents/frontend.md
  agents/human.md
  comm-node.toml
  messages/<DATE>/<ULID:1>.md
  messages/<DATE>/<ULID:2>.md
  messages/<DATE>/<ULID:3>.md
  receipts/frontend/<DATE>/<ULID:4>.md

  $ grep -v machine clone/agents/backend.md
  ---
  schema: 1
  name: backend
  domain: api
  repo: backend
  joined: <TIME>
  ---

  $ cat $(ls clone/messages/*/*/*/*.md | head -n 1)
  ---
  schema: 1
  id: <ULID:1>
  type: announcement
  tier: coordination
  from: backend
  to: [frontend]
  task: bd-7
  thread: <ULID:1>
  priority: medium
  tokens: 5
  created: <TIME>
  ---
  Auth API ready.

  $ git -C hub.git fsck --strict
