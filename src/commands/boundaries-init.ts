import { start } from '../services/boundary-tools.ts';
import { defineCommand, done } from './command.ts';
import { configOption, lintRequest } from './lint-request.ts';

/** `boundaries init`: a starter with every key explained. */
export const boundariesInit = defineCommand({
  name: 'boundaries init',
  summary: 'Write a starter boundaries.toml with every key explained',
  options: {
    print: { type: 'flag', summary: 'Show it, write nothing' },
    force: { type: 'flag', summary: 'Overwrite the file that is there' },
    config: configOption,
  },
  examples: [{ line: 'comm-node boundaries init', what: 'Begin with one domain' }],
  async run(context, args) {
    return done(await start(lintRequest(context, args), args));
  },
  render: ({ text, written, file }) =>
    written ? `${file} written\nnext: comm-node lint-boundaries\n` : text,
});
