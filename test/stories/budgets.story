Talk about a task has a budget. Beyond it, a message is held back before
anything is written, and what would be accepted is said.

  $ comm-node init hub.git --project shop >/dev/null

  $ backend: comm-node join ../hub.git --agent backend --domain api >/dev/null

  $ frontend: comm-node join ../hub.git --agent frontend --domain web >/dev/null

  $ backend: comm-node budget grant backend --task shop-7 --total 30
  error: only the human grants budgets, and you are backend
  hint: comm-node budget request --amount N --why TEXT
  [exit 1]

  $ backend: comm-node budget grant backend --task shop-7 --total 30 --agent human
  changed by 30 tokens: backend has 30 of 30 left for shop-7

  $ backend: comm-node send frontend "The cart has a schema. It has prices in cents, and names in every language. Tell me which of the languages you need first, please." --task shop-7
  error: this message has about 38 tokens, and backend has 30 left of 30 for shop-7
  hint: say it as a signal message, about 11 tokens: comm-node send --to frontend --task shop-7 --tier signal -- "⏳shop-7 →the-cart-has-a-schema-it"
    or cut 8 tokens, the last 34 characters
    or ask for what is missing: comm-node budget request --task shop-7 --amount 8 --why "one more message"
  [exit 1]

The shorter form is accepted as it stands.

  $ backend: comm-node send frontend "The cart has a schema." --task shop-7
  sent <ID:1> to frontend (coordination, about 7 tokens)

  $ backend: comm-node budget request --task shop-7 --amount 25000 --why "The migration has many questions"
  asked the human for 25000 tokens (<ID:2>), who decides: backend has 23 of 30 left for shop-7

  $ backend: comm-node budget show shop-7
  shop-7  backend  23 of 30 left  7 sent, 0 read  +30 granted
  agents:
    backend  efficiency 100 %  understood 100 %  asks right 100 %  7 spent
  waiting for the human (comm-node budget approve ID, budget deny ID --why TEXT):
    <ID:2> backend asks for 25000 for shop-7: The migration has many questions
  tokens are estimates, as of now

  $ backend: comm-node status --attention
  1 matter, as of now, the most urgent first:
  backend asks for 25000 tokens for shop-7: The migration has many questions
    comm-node budget approve <ID:2> --agent human

  $ backend: comm-node budget approve <ID:2> --amount 500 --agent human
  approved 500 tokens (<ID:2>): backend has 523 of 530 left for shop-7

  $ backend: comm-node inbox
  blocking or urgent:
    <ID:3> <AGE> human budget_decision shop-7 [!]: You have 500 tokens more for shop-7
  unread:
    <ID:4> <AGE> human budget_decision shop-7: You have 30 tokens in all for shop-7
  backend: 2 unread, as of now; next: comm-node read [ID], answer ID TEXT, ack ID

  $ backend: comm-node budget request --task shop-7 --amount 600 --why "One more round"
  600 tokens approved by rule: backend has 1123 of 1130 left for shop-7

  $ frontend: comm-node budget show shop-7
  shop-7  backend  1123 of 1130 left  7 sent, 0 read  +1130 granted
  agents:
    backend  efficiency 100 %  understood 100 %  asks right 100 %  7 spent
  tokens are estimates, as of now

An answer keeps to what the question allows, whichever verb gives it.

  $ frontend: comm-node ask backend "Cents or euros?" --token-budget 5
  sent <ID:5> to backend (coordination, about 5 tokens)

  $ backend: comm-node reply <ID:5> --type answer "Cents, in every one of the tables that we have had so far."
  error: the answer has about 17 tokens, and frontend has asked for at most 5
  hint: cut 12 tokens, the last 43 characters, or publish the long text and name it
  [exit 1]

How the project talks is measured, and it may have words of its own.

  $ backend: for n in 1 2 3; do comm-node send frontend "Part $n is ready for review, as we said."; done
  sent <ID:6> to frontend (coordination, about 12 tokens)
  sent <ID:7> to frontend (coordination, about 12 tokens)
  sent <ID:8> to frontend (coordination, about 12 tokens)

  $ backend: comm-node budget dialect
  the last 8 messages:
    tier          type             messages  tokens each  understood at once
    coordination  announcement     4         10.8         100 % of 4
    coordination  budget_request   1         43
    coordination  budget_decision  2         10.5
    coordination  question         1         5
  phrases that recur:
    "is ready for review"  in 3 messages  →irfr would have saved 9 tokens
    "as we said"           in 3 messages  →aws would have saved 3 tokens
  in comm-node.toml: [dialect] words = { irfr = "is ready for review" }
  dialect version 1; tokens are estimates, as of now

  $ git clone --quiet hub.git notes && cd notes && printf '\n[dialect]\nwords = { wip = "ready for review" }\n' >> comm-node.toml && git -c user.name=human -c user.email=human@example.org commit --quiet -am "A word of ours" && git push --quiet

  $ backend: comm-node budget dialect
  error: comm-node.toml: dialect.words: "wip" is a status of every signal
  hint: for example:
  [dialect]
  words = { rfr = "ready for review", rbm = "rebase on main" }
  [exit 2]

  $ cd notes && sed -i 's/wip =/rfr =/' comm-node.toml && git -c user.name=human -c user.email=human@example.org commit --quiet -am "A word of ours" && git push --quiet

  $ backend: comm-node signal 'ok shop-7 backend->frontend ->rfr' && comm-node budget dialect
  sent <ID:9> to frontend (signal, about 10 tokens)
  the last 9 messages:
    tier          type             messages  tokens each  understood at once
    coordination  announcement     4         10.8         100 % of 4
    coordination  budget_request   1         43
    coordination  budget_decision  2         10.5
    signal        completion       1         10           100 % of 1
    coordination  question         1         5
  words of the project:
    →rfr  ready for review  used: 1  written out: 3
  phrases that recur:
    "is ready for review"  in 3 messages  →irfr would have saved 9 tokens
    "as we said"           in 3 messages  →aws would have saved 3 tokens
  in comm-node.toml: [dialect] words = { irfr = "is ready for review" }
  dialect version 1; tokens are estimates, as of now
