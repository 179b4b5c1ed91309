Two agents work in clones of one repository, each on a part of its own; what is
in neither part belongs to nobody but the person in charge.

  $ comm-node init hub.git --project shop >/dev/null

  $ backend: comm-node join ../hub.git --agent backend --domain backend --repo shop --scope 'src/api/**' --scope 'package.json' >/dev/null

  $ frontend: comm-node join ../hub.git --agent frontend --domain web --repo shop --scope 'src/pages/**' >/dev/null

Scopes do not cross: each path has one owner.

  $ frontend: comm-node join ../hub.git --agent third --domain third --repo shop --scope 'src/*/a.ts'
  error: the scope of third crosses that of backend: both have src/api/a.ts
  hint: give each path one owner: a scope may lie wholly inside another, or beside it
  [exit 1]

A lock is granted to one. Its end says which one it is.

  $ backend: comm-node lock 'src/api/**' --task shop-7 --why "the login"
  locked src/api/** until <TIME> (<ID:1>, fence 1)
  next: comm-node unlock <ID:1> when you are done, comm-node renew <ID:1> before <TIME>

  $ backend: comm-node lock 'src/api/login.ts' --for 1h --json
  {"ok":true,"command":"lock","data":{"lock":{"id":"<ULID:2>","holder":"backend","repo":"shop","paths":["src/api/login.ts"],"exclusive":true,"expires":"<TIME>","fence":2,"safe_until":"<TIME>"},"commit":"<OID>","waited_seconds":0,"asked":[]}}

What belongs to another domain is not there to be locked, and the answer says whom to ask.

  $ frontend: comm-node lock 'src/api/login.ts'
  error: src/api/login.ts belongs to the domain backend, not to web
  hint: comm-node ask backend "May I change src/api/login.ts?"
  [exit 1]

  $ frontend: comm-node lock 'src/{pages,api}/**'
  error: src/api/x belongs to the domain backend, not to web
  hint: comm-node ask backend "May I change src/api/x?"
  [exit 1]

  $ frontend: comm-node lock README.md
  error: README.md belongs to no domain that frontend works in
  hint: comm-node ask human "May I change README.md?"
  [exit 1]

The human owns everything, and waits like everybody else.

  $ comm-node lock 'src/**' --repo shop --agent human --repository hub.git
  error: backend holds src/api/** until <TIME> (in <SPAN>) for shop-7: the login; backend holds src/api/login.ts until <TIME> (in <SPAN>)
  hint: comm-node lock 'src/**' --wait 10m waits in line; --ask asks backend to release it
  [exit 1]

  $ comm-node lock 'src/**' --repo shop --agent human --repository hub.git --wait 300ms
  error: not free within 300ms: backend holds src/api/** until <TIME> (in <SPAN>) for shop-7: the login; backend holds src/api/login.ts until <TIME> (in <SPAN>)
  hint: comm-node lock 'src/**' --wait 10m waits in line; --ask asks backend to release it
  [exit 1]

Looking changes nothing.

  $ backend: comm-node check src/api/login.ts src/pages/home.ts
  yes  src/api/login.ts (backend, locked by you)
  no   src/pages/home.ts: src/pages/home.ts belongs to the domain web, not to backend
  error: 1 of 2 must not be changed
  hint: comm-node ask frontend "May I change src/pages/home.ts?"
  [exit 1]

  $ backend: comm-node locks
  backend in shop: <ID:1> src/api/** until <TIME>, fence 1, shop-7: the login
  backend in shop: <ID:2> src/api/login.ts until <TIME>, fence 2
  2 locks, as of now

  $ backend: mkdir -p src/api && cd src/api && comm-node check login.ts ../../package.json
  yes  src/api/login.ts (backend, locked by you)
  yes  package.json (backend)

A question to the holder is sent once, however often it is asked.

  $ frontend: comm-node join ../hub.git --agent second --domain backend --repo shop >/dev/null

  $ frontend: comm-node lock src/api/a.ts --ask
  error: backend holds src/api/** until <TIME> (in <SPAN>) for shop-7: the login
  hint: asked as <ID:3>: comm-node watch --once waits for the answer, comm-node lock … --wait 10m for the lock
  [exit 1]

  $ frontend: comm-node lock src/api/a.ts --ask
  error: backend holds src/api/** until <TIME> (in <SPAN>) for shop-7: the login
  hint: asked as <ID:3>: comm-node watch --once waits for the answer, comm-node lock … --wait 10m for the lock
  [exit 1]

  $ backend: comm-node inbox
  blocking or urgent:
    <ID:3> <AGE> second question [!]: Can you release src/api/**?
  backend: 1 unread, as of now; next: comm-node read [ID], answer ID TEXT, ack ID

Paths are given back one by one, or all at once; what is left stays locked.

  $ backend: comm-node unlock 'src/api/**'
  unlocked src/api/**
  unlocked src/api/login.ts

  $ backend: comm-node release src/api/x.ts
  error: backend holds no lock there
  hint: comm-node locks shows who holds what
  [exit 1]

  $ backend: comm-node reserve 'src/api/a.ts' package.json --shared
  locked src/api/a.ts, package.json (shared) until <TIME> (<ID:4>, fence 4)
  next: comm-node unlock <ID:4> when you are done, comm-node renew <ID:4> before <TIME>

  $ backend: comm-node unlock src/api/a.ts
  unlocked src/api/a.ts
  still locked: package.json

  $ backend: comm-node renew --all --for 3h
  renewed <ID:4> package.json (shared) until <TIME>, fence 4

Only the human may break the lock of another, and its holder is told.

  $ frontend: comm-node unlock package.json --force
  error: only human may break a lock of another: backend holds package.json
  hint: comm-node ask backend "Can you release it?", or comm-node ask human
  [exit 1]

  $ comm-node unlock package.json --repo shop --force --why "backend is on holiday" --agent human --repository hub.git
  broke the lock of backend on package.json

  $ backend: comm-node read | head -2
  <ID:3> question · second → backend · <AGE> · [!]
    Can you release src/api/**? I need src/api/a.ts.

  $ backend: comm-node status
  shop, as of now, 11 records
  <SANDBOX>/hub.git (read and written in place)
    backend (you)            seen <AGE>  backend in shop
    frontend                 seen <AGE>  web in shop
    human                    never seen     the person in charge
    second         1 unread  seen <AGE>  backend in shop
  violations, the latest:
    <TIME> human refused (lock) src/**
    <TIME> human refused (lock) src/**
    <TIME> second refused (lock) src/api/a.ts
    <TIME> second refused (lock) src/api/a.ts
    <TIME> second refused (force) package.json

Out of scope, --ask asks the owner, once; and a part that boundaries.toml declares is taken from there.

  $ frontend: comm-node lock src/api/new.ts --ask --agent frontend --why "a field for the form"
  error: src/api/new.ts belongs to the domain backend, not to web
  hint: asked as <ID:5>: comm-node watch --once waits for the answer
  [exit 1]

  $ backend: comm-node inbox --quiet | grep -c 'May I change src/api/new.ts'
  1

  $ frontend: printf '[domains.docs]\nscope = ["docs/**"]\n' > boundaries.toml

  $ frontend: comm-node join ../hub.git --agent writer --domain docs --repo shop --no-hooks >/dev/null; comm-node check docs/a.md src/pages/a.ts --agent writer
  yes  docs/a.md (docs)
  no   src/pages/a.ts: src/pages/a.ts belongs to the domain web, not to docs
  error: 1 of 2 must not be changed
  hint: comm-node ask frontend "May I change src/pages/a.ts?"
  [exit 1]

Mistakes are told as such.

  $ backend: comm-node lock ../elsewhere
  error: "../elsewhere" is not a glob in shop: it climbs above the root with ".."
  hint: quote globs, so that they reach comm-node: comm-node lock 'src/auth/**'
  [exit 2]

  $ backend: comm-node lock 'src/!(a)'
  error: "src/!(a)" is not a glob in shop: extended globs like "!(…)" are not supported; use braces: "{a,b}" (a literal "(" is "\(")
  hint: quote globs, so that they reach comm-node: comm-node lock 'src/auth/**'
  [exit 2]

  $ backend: comm-node lock package.json --for 10s
  error: a lock is held for longer than the clocks of two machines may differ, 30s
  hint: comm-node lock … --for 2h
  [exit 1]

  $ backend: comm-node unlock
  error: unlock needs ids or paths
  hint: comm-node unlock --all is for all that you hold; comm-node locks shows it
  [exit 2]

  $ backend: comm-node unlock 'src/**' --all
  error: unlock takes ids and paths, or --all
  hint: comm-node unlock --all is for all that you hold; comm-node locks shows it
  [exit 2]

  $ comm-node lock package.json --agent backend --repository hub.git
  error: it is not known which repository these paths are in
  hint: run it in a worktree that has joined, or name the repository: --repo NAME
  [exit 2]

The history tells it all.

  $ git -C hub.git log --format='%an: %s' -n 7
  writer: join: writer takes domain docs
  frontend: ask: frontend → backend: May I change src/api/new.ts?
  frontend: violation: frontend was refused src/api/new.ts (scope)
  backend: read: backend read 2 messages
  human: unlock: human breaks the lock of backend on package.json: backend is on holiday
  second: violation: second was refused package.json (force)
  backend: renew: backend package.json for 3h
