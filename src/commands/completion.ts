import { candidates } from './candidates.ts';
import { type Command, defineCommand, done, type Entry } from './command.ts';

const POSITIONALS = [
  {
    name: 'shell',
    summary: 'The shell to complete in; `words` is what its script asks',
    required: true,
    choices: ['bash', 'zsh', 'fish', 'words'],
  },
  { name: 'typed', summary: 'For `words`: what is typed so far, after --', many: true },
] as const;

const SCRIPTS = {
  bash: `_comm_node() {
  local IFS=$'\\n'
  COMPREPLY=($(comm-node completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _comm_node comm-node
`,
  zsh: `#compdef comm-node
_comm_node() {
  local -a found
  found=(\${(f)"$(comm-node completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -- $found; else _files; fi
}
compdef _comm_node comm-node
`,
  fish: `function __comm_node
  set -l typed (commandline -opc) (commandline -ct)
  comm-node completion words -- $typed[2..-1] 2>/dev/null
end
complete -c comm-node -a '(__comm_node)'
`,
} as const;

/** `comm-node completion SHELL`. */
export function completionCommand(
  catalogue: readonly Entry[],
): Command<typeof POSITIONALS, Record<never, never>, { readonly text: string }> {
  return defineCommand({
    name: 'completion',
    summary: 'Print a completion script for your shell',
    positionals: POSITIONALS,
    options: {},
    examples: [
      { line: 'source <(comm-node completion bash)', what: 'in ~/.bashrc' },
      { line: 'source <(comm-node completion zsh)', what: 'in ~/.zshrc, after compinit' },
      { line: 'comm-node completion fish | source', what: 'in config.fish' },
    ],
    async run(_context, { shell, typed }) {
      if (shell !== 'words') return done({ text: SCRIPTS[shell] });
      const found = await candidates(typed, catalogue);
      return done({ text: found.map((word) => `${word}\n`).join('') });
    },
    render: ({ text }) => text,
  });
}
