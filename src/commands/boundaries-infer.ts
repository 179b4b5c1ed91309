import { infer } from '../services/boundary-tools.ts';
import { defineCommand, done } from './command.ts';
import { configOption, lintRequest } from './lint-request.ts';

/** `boundaries infer`: rules that the code keeps today. */
export const boundariesInfer = defineCommand({
  name: 'boundaries infer',
  summary: 'Propose a boundaries.toml that the code keeps today',
  options: {
    print: { type: 'flag', summary: 'Show it, write nothing' },
    force: { type: 'flag', summary: 'Overwrite the file that is there' },
    config: configOption,
  },
  examples: [{ line: 'comm-node boundaries infer --print', what: 'See what would be proposed' }],
  async run(context, args) {
    return done(await infer(lintRequest(context, args), args));
  },
  render: ({ text, written, file, domains, notes }) => {
    if (!written) return text;
    const told = notes.map((note) => `note: ${note}\n`).join('');
    return `${file}: ${domains} domains, kept by the code as it is\n${told}next: comm-node lint-boundaries, comm-node boundaries graph\n`;
  },
});
