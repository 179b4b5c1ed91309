import { updateBaseline } from '../services/boundary-tools.ts';
import { defineCommand, done, refused } from './command.ts';
import { configOption, lintRequest } from './lint-request.ts';

/** `boundaries baseline`: tolerate what is there, and nothing new. */
export const boundariesBaseline = defineCommand({
  name: 'boundaries baseline',
  summary: 'Write down the violations that are there, to tolerate no new ones',
  details:
    'Where there is a baseline already it only shrinks: what is gone is taken out, what is new is not taken up.',
  options: {
    baseline: {
      type: 'text',
      placeholder: 'FILE',
      summary: 'Where (default: boundaries.baseline.json beside the rules)',
    },
    config: configOption,
  },
  examples: [{ line: 'comm-node boundaries baseline', what: 'Adopt the rules in an old codebase' }],
  async run(context, args) {
    const change = await updateBaseline({ ...lintRequest(context, args), baseline: args.baseline });
    if (change.refused === 0) return done(change);
    return refused(
      {
        code: 'baseline-grows',
        message: `${change.refused} violations are new: a baseline only shrinks`,
        hint: 'comm-node lint-boundaries (shows them)',
      },
      change,
    );
  },
  render: ({ file, known, gone }) =>
    `${file}: ${known} known violations${gone > 0 ? `, ${gone} gone` : ''}\n`,
});
