The command line explains itself, and says what is wrong with a line it cannot use.

  $ comm-node version
  <VERSION>

  $ comm-node | head -n 4
  comm-node: Git-native coordination for AI coding agents

  Usage
    comm-node VERB [words] [options]

  $ comm-node help completion
  comm-node completion: Print a completion script for your shell

  Usage
    comm-node completion bash|zsh|fish|words [TYPED…]

  Arguments
    SHELL         The shell to complete in; `words` is what its script asks
    TYPED         For `words`: what is typed so far, after --

  Options of every verb
    --json            One JSON document on stdout (NDJSON where a verb streams)
    -C DIR            Work in DIR instead of the current folder
    --agent NAME      Act as this agent (else COMM_NODE_AGENT, else the one this
                      worktree joined as)
    --repository URL  The coordination repository, outside a joined worktree (else
                      COMM_NODE_REPOSITORY)
    -q, --quiet       Only the result and errors
    --verbose         Say on stderr what is being done
    --debug           Show stack traces
    -h, --help        Explain the verb

  Examples
    # in ~/.bashrc
    $ source <(comm-node completion bash)

    # in ~/.zshrc, after compinit
    $ source <(comm-node completion zsh)

    # in config.fish
    $ comm-node completion fish | source

A mistyped verb or option gets the nearest one as a hint, and exit code 2.

  $ comm-node versoin
  error: there is no verb "versoin"
  hint: did you mean "comm-node version"?
  [exit 2]

  $ comm-node version --jsno
  error: version has no option --jsno
  hint: did you mean --json?
  [exit 2]

  $ comm-node completion
  error: completion needs SHELL: The shell to complete in; `words` is what its script asks
  hint: comm-node help completion
  [exit 2]

  $ comm-node version now
  error: version: unexpected "now"
  hint: quote a text that has spaces; see comm-node help version
  [exit 2]

Programs get one document on stdout, errors too.

  $ comm-node versoin --json
  {"ok":false,"command":null,"error":{"code":"usage","message":"there is no verb \"versoin\"","hint":"did you mean \"comm-node version\"?","data":{"verb":"versoin","suggestion":"version"}}}
  [exit 2]

What is printed for people may be cut short by a reader that has seen enough.

  $ comm-node help | head -n 1
  comm-node: Git-native coordination for AI coding agents

A shell completes verbs, options and values; here bash, asked without a terminal.

  $ source <(comm-node completion bash)
  > COMP_WORDS=(comm-node completion f) COMP_CWORD=2
  > _comm_node && echo "${COMPREPLY[@]}"
  fish
