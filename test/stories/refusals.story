What cannot be delivered is refused, with what to do instead. A no is exit code 1,
a line that cannot be understood is 2.

  $ comm-node init hub.git --project shop | head -n 1
  made and filled <SANDBOX>/hub.git for the project shop

  $ backend: comm-node join ../hub.git --agent backend --domain api | head -n 1
  backend works on api in backend (registered backend, set comm-node.agent, set comm-node.repository, set comm-node.repo)

  $ frontend: comm-node join ../hub.git --agent frontend --domain web | head -n 1
  frontend works on web in frontend (registered frontend, set comm-node.agent, set comm-node.repository, set comm-node.repo)

To nobody, to nobody known, to one who left:

  $ backend: comm-node send
  error: send needs to know to whom
  hint: comm-node send NAME TEXT: an agent, a domain, all, or human; comm-node status lists them
  [exit 2]

  $ backend: comm-node send , "hello"
  error: send needs to know to whom
  hint: comm-node send NAME TEXT: an agent, a domain, all, or human; comm-node status lists them
  [exit 2]

  $ backend: comm-node send fronted "hello"
  error: there is no agent and no domain "fronted"
  hint: did you mean frontend?
  [exit 1]

  $ backend: comm-node send zebra "hello"
  error: there is no agent and no domain "zebra"
  hint: recipients: all, api, backend, frontend, human, web
  [exit 1]

  $ backend: comm-node send frontend,zebra "hello"
  error: there is no agent and no domain "zebra"
  hint: recipients: all, api, backend, frontend, human, web
  [exit 1]

  $ backend: comm-node send frontend@bank "hello"
  error: "frontend@bank" is in another project, and no peer of that name is configured
  hint: write to an agent or a domain of this project, or to human
  [exit 1]

  $ frontend: comm-node leave
  frontend has left

  $ backend: comm-node send frontend "hello"
  error: frontend left at <TIME>
  hint: nobody has its domain now: write to human
  [exit 1]

  $ backend: comm-node send web "hello"
  error: nobody is in the domain web now
  hint: write to human, or wait until an agent joins it
  [exit 1]

Without a text, or with two:

  $ backend: comm-node send human < /dev/null
  error: there is nothing to say: the text is empty
  hint: write it after the recipient, in quotes; or use --file FILE, or pipe it in
  [exit 2]

  $ backend: comm-node send human ""
  error: there is nothing to say: the text is empty
  hint: write it after the recipient, in quotes; or use --file FILE, or pipe it in
  [exit 2]

  $ backend: comm-node send human "one" --file two.md
  error: the text is given twice: as words and with --file
  hint: take "one" or --file away
  [exit 2]

  $ backend: comm-node send human --file two.md
  error: cannot read <SANDBOX>/backend/two.md: there is no such file
  [exit 2]

A text that does not keep the form of its tier:

  $ backend: comm-node send human "One. Two. Three. Four." --tier coordination
  error: a coordination message has at most 3 sentences, and this has 4
  hint: shorten it, or send it with --tier detailed
  [exit 1]

  $ backend: comm-node send human "hello" --tier singal
  error: --tier: "singal" is not one of signal, coordination, detailed
  hint: did you mean "signal"?
  [exit 2]

Messages that are not there:

  $ backend: comm-node read 0000000
  error: no message ends with "<ID:1>" here
  hint: comm-node sync fetches what others sent; comm-node search WORD finds by content
  [exit 1]

  $ backend: comm-node read hello!
  error: "hello!" is not the id of a message
  hint: an id, or its last 7 characters, as comm-node inbox shows it
  [exit 1]

  $ backend: comm-node thread 0000000
  error: no message ends with "<ID:1>" here
  hint: comm-node sync fetches what others sent; comm-node search WORD finds by content
  [exit 1]

  $ backend: comm-node search frmo:backend
  error: unknown filter "frmo:"
  hint: did you mean from:? (the text itself is found by quoting it: '"frmo:backend"')
  [exit 2]

Answers to what was not asked:

  $ backend: comm-node send human "Just so you know."
  sent <ID:2> to human (coordination, about 5 tokens)

  $ backend: comm-node answer <ID:2> "What?" --agent human
  error: <ID:2> is a message of type announcement, not a question
  hint: comm-node reply <ID:2> TEXT
  [exit 1]

  $ backend: comm-node ask human "May I?"
  sent <ID:3> to human (coordination, about 2 tokens)

  $ frontend: comm-node join ../hub.git --agent frontend --domain web | head -n 1
  frontend works on web in frontend (registered frontend, set comm-node.agent, set comm-node.repository)

  $ frontend: comm-node answer <ID:3> "No."
  error: <ID:3> asks human, not frontend
  hint: comm-node reply <ID:3> TEXT
  [exit 1]

Places that are no coordination repository:

  $ comm-node init backend
  error: <SANDBOX>/backend is not empty
  hint: name a folder that does not exist yet, such as ../coordination.git
  [exit 2]

  $ backend: comm-node inbox --repository ../backend
  error: <SANDBOX>/backend has a working tree; a coordination repository is bare
  hint: comm-node init PATH makes a new one at an unused PATH
  [exit 2]

  $ backend: comm-node inbox --repository ../nowhere
  error: there is no coordination repository at <SANDBOX>/nowhere
  hint: comm-node init <SANDBOX>/nowhere
  [exit 2]

  $ git init --quiet --bare empty.git

  $ backend: comm-node join ../empty.git --agent backend --domain api
  error: the coordination repository has no project yet
  hint: comm-node init URL
  [exit 1]

Programs are told the same.

  $ backend: comm-node send fronted "hello" --json
  {"ok":false,"command":"send","error":{"code":"unknown-recipient","message":"there is no agent and no domain \"fronted\"","hint":"did you mean frontend?","data":{"recipient":"fronted","suggestions":["frontend"]}}}
  [exit 1]
