Waiting for mail, and for an answer.

  $ comm-node init hub.git --project shop | head -n 1
  made and filled <SANDBOX>/hub.git for the project shop

  $ backend: comm-node join ../hub.git --agent backend --domain api | head -n 1
  backend works on api in backend (registered backend, set comm-node.agent, set comm-node.repository, set comm-node.repo)

  $ frontend: comm-node join ../hub.git --agent frontend --domain web | head -n 1
  frontend works on web in frontend (registered frontend, set comm-node.agent, set comm-node.repository, set comm-node.repo)

  $ backend: comm-node watch --once --timeout 300ms
  error: no mail within 300ms
  hint: comm-node inbox --all shows what came before
  [exit 1]

Mail that is unread already comes first, so that none is missed between two calls.

  $ frontend: comm-node send backend "The form is done."
  sent <ID:1> to backend (coordination, about 5 tokens)

  $ backend: comm-node watch --once --timeout 10s
  <ID:1> <AGE> frontend announcement: The form is done.

  $ backend: comm-node watch --once --timeout 300ms --new-only
  error: no mail within 300ms
  hint: comm-node inbox --all shows what came before
  [exit 1]

  $ backend: comm-node read > /dev/null

  $ frontend: (sleep 1; comm-node send backend "And tested.") > /dev/null &
  > cd ../backend; comm-node watch --once --timeout 30s
  <ID:2> <AGE> frontend announcement: And tested.

  $ backend: comm-node read
  <ID:2> announcement · frontend → backend · <AGE>
    And tested.

A question can wait for its answer, which then counts as read.

  $ frontend: comm-node ask backend "Which port?" --wait 300ms
  sent <ID:3> to backend (coordination, about 4 tokens)
  error: backend did not answer <ID:3> within 300ms
  hint: comm-node watch --once waits on; comm-node thread <ID:3> shows what came
  [exit 1]

  $ backend: comm-node read > /dev/null

  $ frontend: (cd ../backend
  > id=$(comm-node watch --once --timeout 30s --json | cut -d'"' -f4)
  > comm-node answer "$id" "8080.") > /dev/null &
  > comm-node ask backend "Which port, please?" --wait 30s
  <ID:4> answer · backend → frontend · <AGE> · re <ID:5>
    8080.

  $ frontend: comm-node inbox
  frontend: nothing unread, as of now
