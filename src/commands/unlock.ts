import { UsageError } from '../errors.ts';
import { visible } from '../records/visible.ts';
import { releaseLocks } from '../services/releasing.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';
import { REPO_OPTION } from './lock-options.ts';

/** `comm-node unlock GLOB|ID…` */
export const unlock = defineCommand({
  name: 'unlock',
  summary: 'Give locks back',
  details:
    'By id, by paths (a lock on more keeps the rest), or all of yours. Only human may break a lock of another, with --force: its holder is told, and the history keeps it.',
  positionals: [{ name: 'what', summary: 'Ids of locks (or their ends), or globs', many: true }],
  options: {
    all: { type: 'flag', summary: 'All locks that you hold' },
    force: { type: 'flag', summary: 'Break locks of others; for human only' },
    why: { type: 'text', summary: 'Why it is broken: the holder is told' },
    repo: REPO_OPTION,
  },
  examples: [
    { line: "comm-node unlock 'src/auth/**'", what: 'give back some paths' },
    { line: 'comm-node unlock 4ZK6T1R', what: 'give back one lock' },
    {
      line: 'comm-node unlock 4ZK6T1R --force --agent human --why "backend has crashed"',
      what: 'break it',
    },
  ],
  async run(context, { what, all, force, why, repo }) {
    checkChoice('unlock', what, all);
    return withSession(context, (session) =>
      releaseLocks(session, { words: what, all, repo }, { force, why }),
    );
  },
  render: ({ released, kept, forced }) =>
    visible(
      [
        ...released.map(({ paths, holder }) =>
          forced
            ? `broke the lock of ${holder} on ${paths.join(', ')}\n`
            : `unlocked ${paths.join(', ')}\n`,
        ),
        ...kept.map(({ paths }) => `still locked: ${paths.join(', ')}\n`),
        released.length === 0 ? 'given up\n' : '',
      ].join(''),
    ),
});

/**
 * Nothing is given back or renewed by accident: what, or all of it.
 * @throws UsageError when neither or both are said
 */
export function checkChoice(verb: string, words: readonly string[], all: boolean): void {
  if (words.length > 0 !== all) return;
  throw new UsageError(
    words.length === 0 ? `${verb} needs ids or paths` : `${verb} takes ids and paths, or --all`,
    { hint: `comm-node ${verb} --all is for all that you hold; comm-node locks shows it` },
  );
}
