From a plan to work that is done. One plan, two agents; what the second needs
is what the first hands over.

  $ comm-node init hub.git --project shop
  made and filled <SANDBOX>/hub.git for the project shop
  next, in each repository (or worktree) that an agent works in:
    comm-node join '<SANDBOX>/hub.git' --agent NAME --domain NAME

  $ backend: comm-node join ../hub.git --agent backend --domain backend --no-hooks
  backend works on backend in backend (registered backend, set comm-node.agent, set comm-node.repository, set comm-node.repo)
  with:
    human (the person in charge)
  next: comm-node inbox, comm-node send NAME TEXT

  $ frontend: comm-node join ../hub.git --agent frontend --domain frontend --no-hooks
  frontend works on frontend in frontend (registered frontend, set comm-node.agent, set comm-node.repository, set comm-node.repo)
  with:
    human (the person in charge)
    backend
  next: comm-node inbox, comm-node send NAME TEXT

  $ backend: cat > plan.md <<'END'
  > ---
  > plan: user-auth
  > goal: People can sign in to the shop
  > ---
  > ## auth-api: The API of the login
  > - domain: backend
  > - priority: 1
  > - produces: api.yaml kind=openapi
  > - locks: `src/auth/**`
  > - notify: frontend
  > - done_when:
  >   - artifact: backend/api.yaml schema=openapi
  >   - file: src/auth/login.ts
  >   - Somebody else has read it
  > 
  > Tokens are JWT and expire after an hour.
  > 
  > ## login-form: The form
  > - domain: frontend
  > - required_artifacts: backend/api.yaml@1
  > - locks: `src/login/**`
  > END

The plan is looked at before it is brought in; brought in again, it changes
nothing.

  $ backend: comm-node plan check plan.md
  user-auth: 2 tasks, 0 errors, 0 warnings
  critical path: auth-api → login-form (2 tasks, as long as 6 simple ones)
  at most 1 agent can be of use at once

  $ backend: comm-node plan import plan.md
  plan user-auth v1: 2 new
  next: comm-node next

  $ backend: comm-node plan import plan.md
  plan user-auth v1: nothing has changed
  next: comm-node next

Whoever asks what there is to do is told why not, too.

  $ frontend: comm-node next
  not ready:
    P1 auth-api  backend  The API of the login
      auth-api is work of the domain backend, not of frontend
    P2 login-form  frontend  The form
      it needs backend/api.yaml, which is not published yet
  error: no task can be begun now
  hint: comm-node watch shows when something changes
  [exit 1]

  $ frontend: comm-node claim login-form
  error: it needs backend/api.yaml, which is not published yet
  hint: comm-node next shows what can be begun now
  [exit 1]

A claim takes the locks of the task with it, and hands over all that is needed
to begin.

  $ backend: comm-node next --claim
  claimed: auth-api: The API of the login
  backend, priority 1, medium, plan user-auth: People can sign in to the shop

  Tokens are JWT and expire after an hour.

  makes:
    api.yaml kind=openapi
  locked:
    src/auth/**
  done when:
    artifact: backend/api.yaml schema=openapi
    file: src/auth/login.ts
    Somebody else has read it
  peers:
    frontend: frontend (is told)
  then: comm-node done auth-api   or: comm-node block auth-api --on WHAT

  $ backend: comm-node locks
  backend in backend: <ID:1> src/auth/** until <TIME>, fence 1, auth-api: The API of the login
  1 lock, as of now

Done is checked, not claimed.

  $ backend: comm-node done auth-api
  ❌ artifact: backend/api.yaml schema=openapi: missing: backend/api.yaml, which is not published yet
  ❌ file: src/auth/login.ts: there is no such file in this worktree
  ❌ Somebody else has read it: not ticked: comm-node done auth-api --tick 1
  error: auth-api is not done: 3 of 3 items of its contract are open; first: artifact: backend/api.yaml schema=openapi: missing: backend/api.yaml, which is not published yet
  hint: comm-node done auth-api when it is so; comm-node block auth-api --on WHAT if you cannot go on
  [exit 1]

  $ backend: mkdir -p src/auth && echo 'export {};' > src/auth/login.ts

  $ backend: cat > api.yaml <<'END'
  > openapi: 3.1.0
  > info: {title: Login, version: 1.0.0}
  > paths: {}
  > END

  $ backend: comm-node artifact publish api.yaml --kind openapi --task auth-api --no-adapters
  published backend/api.yaml v1 (openapi, 62 B, sha256 <OID>)

  $ backend: comm-node done auth-api --tick 1
  ✓ artifact: backend/api.yaml schema=openapi: version 1, sha256 <OID>, openapi
  ✓ file: src/auth/login.ts: it is there
  ✓ Somebody else has read it: ticked
  done: auth-api
  unlocked src/auth/**
  told frontend
  next: comm-node next --claim

  $ backend: comm-node locks
  nothing is locked, as of now

What it waited for is there, and so are the news.

  $ frontend: comm-node inbox
  unread:
    <ID:2> <AGE> backend completion auth-api: auth-api is done: The API of the login.
  frontend: 1 unread, as of now; next: comm-node read [ID], answer ID TEXT, ack ID

  $ frontend: comm-node next --claim
  claimed: login-form: The form
  frontend, priority 2, medium, plan user-auth: People can sign in to the shop
  needs:
    backend/api.yaml@1 (v1): comm-node artifact get backend/api.yaml@1 -o api.yaml
  locked:
    src/login/**
  peers:
    backend: backend (comes before)
  then: comm-node done login-form   or: comm-node block login-form --on WHAT

  $ frontend: comm-node done login-form
  done: login-form
  unlocked src/login/**
  next: comm-node next --claim

  $ comm-node --repository hub.git tasks
  ✓ P1 auth-api  backend (backend)  The API of the login
  ✓ P2 login-form  frontend (frontend)  The form
  2 tasks, 2 done, as of now
