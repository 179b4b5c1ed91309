import { explanationText } from '../boundaries/explain.ts';
import { explain } from '../services/boundary-tools.ts';
import { defineCommand, done } from './command.ts';
import { configOption, lintRequest } from './lint-request.ts';

/** `boundaries explain`: which line of the rules decides an import, and why. */
export const boundariesExplain = defineCommand({
  name: 'boundaries explain',
  summary: 'Tell whose a file is, and which line of the rules decides its imports',
  positionals: [
    { name: 'file', summary: 'A file of the working tree, or one that could be', required: true },
    { name: 'import', summary: 'One import: as written, or a path or package it might import' },
  ],
  options: { config: configOption },
  examples: [
    { line: 'comm-node boundaries explain src/routes/users.ts', what: 'All imports of a file' },
    {
      line: 'comm-node boundaries explain src/routes/users.ts src/database/client.ts',
      what: 'What if it imported that?',
    },
  ],
  async run(context, args) {
    return done(await explain(lintRequest(context, args), args.file, args.import));
  },
  render: explanationText,
});
