A signal is one line of about ten tokens. It means the same as a message with
all its fields.

  $ comm-node init hub.git --project shop | head -n 1
  made and filled <SANDBOX>/hub.git for the project shop

  $ backend: comm-node join ../hub.git --agent backend --domain api | head -n 1
  backend works on api in backend (registered backend, set comm-node.agent, set comm-node.repository, set comm-node.repo)

  $ frontend: comm-node join ../hub.git --agent frontend --domain web | head -n 1
  frontend works on web in frontend (registered frontend, set comm-node.agent, set comm-node.repository, set comm-node.repo)

  $ backend: comm-node signal '✓bd-123 backend→frontend [!] 📄api-contract.yaml →integrate-jwt'
  sent <ID:1> to frontend (signal, about 23 tokens)

  $ backend: comm-node signal 'blocked bd-124 backend->frontend ->publish-schema'
  sent <ID:2> to frontend (signal, about 14 tokens)

  $ backend: comm-node signal '⏳bd-125' --to web
  sent <ID:3> to web (signal, about 3 tokens)

  $ frontend: comm-node inbox
  blocking or urgent:
    <ID:1> <AGE> backend artifact_ready bd-123 [!]: ✓bd-123 backend→frontend [!] 📄api-contract.yaml →integrate-jwt
  unread:
    <ID:2> <AGE> backend blocked bd-124: blocked bd-124 backend->frontend ->publish-schema
    <ID:3> <AGE> backend announcement bd-125: ⏳bd-125
  frontend: 3 unread, as of now; next: comm-node read [ID], answer ID TEXT, ack ID

  $ frontend: comm-node read <ID:1>
  <ID:1> artifact_ready · backend → frontend · <AGE> · [!] · bd-123 · 📄api-contract.yaml
    ✓bd-123 backend→frontend [!] 📄api-contract.yaml →integrate-jwt

A text that is a signal is sent as one.

  $ backend: comm-node send frontend '✓bd-126 →deploy'
  sent <ID:4> to frontend (signal, about 6 tokens)

What is no signal is explained.

  $ backend: comm-node signal 'deployed, I think'
  error: a signal begins with ✓ ⚠ ⏳ ❌, or ok, blocked, wip, fail; found "deployed, I think"
  hint: for example: comm-node signal '✓bd-123 backend→frontend [!] 📄api-contract.yaml →integrate-jwt'
  [exit 2]

  $ backend: comm-node signal 'ok bd-127 frontend->backend'
  error: the signal says it is from frontend, and you are backend
  hint: write backend→… in the line
  [exit 1]

  $ backend: comm-node signal 'ok bd-127'
  error: the message is for nobody
  hint: add --to with agents or domains, all, or human
  [exit 1]
