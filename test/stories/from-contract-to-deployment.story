A work product that others build on is published: with a version and a hash, and
its consumers are told. What goes live stands behind a gate.

  $ comm-node init hub.git --project shop --quiet
  made and filled <SANDBOX>/hub.git for the project shop
  next, in each repository (or worktree) that an agent works in:
    comm-node join '<SANDBOX>/hub.git' --agent NAME --domain NAME

  $ backend: comm-node join ../hub.git --agent backend --domain backend --exports openapi --quiet
  backend works on backend in backend (registered backend, set comm-node.agent, set comm-node.repository, set comm-node.repo)
  hooks: pre-commit, pre-merge-commit, prepare-commit-msg, post-commit, pre-push
  written, to be committed: .claude/settings.json, .claude/hooks/comm-node.cjs, .claude/rules/comm-node.md, AGENTS.md
  with:
    human (the person in charge)
  next: comm-node inbox, comm-node send NAME TEXT

  $ frontend: comm-node join ../hub.git --agent frontend --domain frontend --imports openapi --quiet
  frontend works on frontend in frontend (registered frontend, set comm-node.agent, set comm-node.repository, set comm-node.repo)
  hooks: pre-commit, pre-merge-commit, prepare-commit-msg, post-commit, pre-push
  written, to be committed: .claude/settings.json, .claude/hooks/comm-node.cjs, .claude/rules/comm-node.md, AGENTS.md
  with:
    human (the person in charge)
    backend
  next: comm-node inbox, comm-node send NAME TEXT

The human says what is checked before anything is deployed, and how it is.

  $ git clone --quiet hub.git settings
  > cat >> settings/comm-node.toml <<'END'
  > [integration]
  > artifacts = ["backend/api.yaml"]
  > [[integration.commands]]
  > name = "the site knows the login"
  > run = "grep --quiet login ../frontend/index.html"
  > [deploy]
  > run = "cut -d ' ' -f 1 > ../live"
  > END
  > git -C settings commit --quiet --all --message "Set the gates" && git -C settings push --quiet

Everybody accepts before the work begins.

  $ comm-node kickoff open login --expect backend,frontend --agent human --repository hub.git
  kickoff of login: waits for backend, frontend

  $ backend: comm-node kickoff accept login
  accepted login: waits for frontend

  $ frontend: comm-node kickoff object login --why "Who owns the session?"
  objected to login; the human is told

  $ comm-node kickoff start login --agent human --repository hub.git
  error: login waits for frontend, and frontend objects to it
  hint: comm-node kickoff status login; the human can start without them: --force
  [exit 1]

  $ frontend: comm-node kickoff accept login
  accepted login: START, next: comm-node next --claim

  $ backend: comm-node kickoff status login
  login (started, as of now)
    backend: ✓ accepted
    frontend: ✓ accepted
  who is who:
    human: the person in charge
    backend, backend
    frontend, frontend
  how to talk: PROTOCOL.md; comm-node inbox, send, ask, answer, artifact get

A contract is published once; the same content again is no new version.

  $ backend: printf 'openapi: 3.0.3\ninfo: {title: Login, version: "1"}\npaths: {}\n' > api.yaml
  > comm-node artifact publish api.yaml
  published backend/api.yaml v1 (openapi, 60 B, sha256 <OID>)
  told frontend (<ID:1>)

  $ backend: comm-node artifact publish api.yaml
  unchanged backend/api.yaml v1 (openapi, 60 B, sha256 <OID>)

  $ frontend: comm-node inbox
  unread:
    <ID:2> <AGE> human announcement: Kickoff of login.
    <ID:1> <AGE> backend artifact_ready: backend/api.yaml v1 (openapi, 60 B) published.
  frontend: 2 unread, as of now; next: comm-node read [ID], answer ID TEXT, ack ID

  $ frontend: comm-node artifact list
  backend/api.yaml  v1  openapi  60 B    for frontend
  1 artifact, as of now

  $ frontend: comm-node artifact get backend/api.yaml
  openapi: 3.0.3
  info: {title: Login, version: "1"}
  paths: {}

  $ frontend: comm-node artifact get backend/api.yaml -o api/
  backend/api.yaml v1 (60 B) is in <SANDBOX>/frontend/api/api.yaml

  $ frontend: comm-node artifact verify
  ✓ backend/api.yaml v1

  $ backend: comm-node artifact types api.yaml | head -n 3
  // Made from api.yaml by openapi-typescript. Do not edit.
  export type paths = Record<string, never>;
  export type webhooks = Record<string, never>;

What is no text is not printed.

  $ backend: printf 'a\0b' > logo.bin
  > comm-node artifact publish logo.bin --kind image
  published backend/logo.bin v1 (image, 3 B, sha256 <OID>)

  $ frontend: comm-node artifact get backend/logo.bin
  error: backend/logo.bin holds control characters: it cannot be printed as it is
  hint: comm-node artifact get backend/logo.bin -o logo.bin
  [exit 1]

  $ frontend: comm-node artifact get backend/missing.yaml
  error: backend/missing.yaml is not published
  hint: did you mean backend/api.yaml?
  [exit 1]

Nothing is deployed before it was seen to fit together.

  $ backend: comm-node deploy
  error: there is no report of an integration
  hint: comm-node integrate
  [exit 1]

  $ frontend: echo '<a href="/">Home</a>' > index.html

  $ backend: comm-node integrate 2>&1 | sed 's/after [0-9.a-z ]*$/after <SPAN>/; s/after [0-9.a-z ]*)/after <SPAN>)/'
  ✓ tasks: there are none
  ✓ artifacts: 2 verified
  ✓ boundaries: no repository here has rules
  the site knows the login: grep --quiet login ../frontend/index.html
  ❌ the site knows the login: exit code 1 after <SPAN>
  error: integration is red: the site knows the login (exit code 1 after <SPAN>)
  hint: comm-node artifact get backend/integration-report.json@1 has the whole report

  $ frontend: echo '<a href="/login">Sign in</a>' > index.html

  $ backend: comm-node integrate --quiet
  integration is green: tasks, artifacts, boundaries, the site knows the login; backend/integration-report.json@2
  next: comm-node deploy

  $ backend: comm-node deploy --quiet
  deployment done: by backend, <TIME> to <TIME>

  $ cat live
  backend/api.yaml@1
  backend/logo.bin@1

  $ backend: comm-node deploy --quiet
  deployed before: by backend, <TIME> to <TIME>
  the same artifacts and commits; once more: comm-node deploy --again

Whoever alters what was published is found out, and nothing is deployed.

  $ git -C settings pull --quiet
  > echo '# altered' >> settings/artifacts/backend/files/api.yaml
  > git -C settings commit --quiet --all --message "A small change" && git -C settings push --quiet

  $ frontend: comm-node artifact verify
  ❌ backend/api.yaml v1: backend/api.yaml@1 was altered: its record says <SHA256>, and its content is <SHA256>
  ✓ backend/logo.bin v1
  ✓ backend/integration-report.json v2
  ✓ backend/deploy-report.json v2
  error: backend/api.yaml@1 was altered: its record says <SHA256>, and its content is <SHA256>
  hint: git log -- artifacts/backend in a clone shows who changed it; comm-node ask backend to publish backend/api.yaml again
  [exit 1]

  $ backend: comm-node integrate --quiet
  error: integration is red: artifacts (backend/api.yaml@1 was altered: its record says <SHA256>, and its content is <SHA256>)
  hint: comm-node artifact get backend/integration-report.json@3 has the whole report
  [exit 1]

  $ backend: comm-node deploy --quiet
  error: the last integration is red: artifacts
  hint: mend it, then comm-node integrate
  [exit 1]

The history of it all is Git's.

  $ git -C hub.git log --format='%an: %s'
  backend: integrate: Integration is red: artifacts.
  Sandbox: A small change
  backend: deploy: Deployment done.
  backend: deploy: Deployment running.
  backend: integrate: Integration is green.
  backend: integrate: Integration is red: the site knows the login.
  backend: publish: backend/logo.bin v1
  backend: publish: backend/api.yaml v1 → frontend
  frontend: kickoff: frontend accepts login: START
  frontend: kickoff: frontend objects to login: Who owns the session?
  backend: kickoff: backend accepts login
  human: kickoff: human opens login for backend, frontend
  Sandbox: Set the gates
  frontend: join: frontend takes domain frontend
  backend: join: backend takes domain backend
  human: init: shop
