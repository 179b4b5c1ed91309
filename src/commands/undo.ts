import { visible } from '../records/visible.ts';
import { withSession } from '../services/session.ts';
import { type Undone, undoCommit } from '../services/undoing.ts';
import { defineCommand } from './command.ts';
import { WHY_OPTION } from './order-verbs.ts';

/** `comm-node undo COMMIT` */
export const undo = defineCommand({
  name: 'undo',
  summary: 'Undo a commit of the coordination repository by a new one; shows first what that does',
  details:
    'Only the human: --agent human. Without --yes it shows what comes back, what goes and who is told, and changes nothing. What changed again since is refused; so are locks, claims, versions and START: others have acted on them. Messages, orders and budgets stay.',
  positionals: [
    { name: 'commit', summary: 'Its id in the coordination repository', required: true },
  ],
  options: {
    yes: { type: 'flag', alias: 'y', summary: 'Do it; without it, only show what it does' },
    why: WHY_OPTION,
  },
  examples: [
    { line: 'comm-node undo 9fceb02 --agent human', what: 'show what it would do' },
    {
      line: "comm-node undo 9fceb02 --agent human --yes --why 'The wrong plan'",
      what: 'do it, and tell those concerned',
    },
  ],
  run: (context, { commit, yes, why }) =>
    withSession(context, (session) =>
      undoCommit(session, { commit, why, do: yes ? 'publish' : 'show' }),
    ),
  render: ({ commit, subject, changes, stays, told, state }: Undone) => {
    const id = commit.slice(0, 12);
    if (state === 'already') return visible(`${id} "${subject}": all of it is undone already\n`);
    const lines = changes.map(
      ({ path, does, what }) => `  ${SIGN[does]} ${path}${what === '' ? '' : `  ${what}`}\n`,
    );
    const kept = stays.length > 0 ? `  stays: ${stays.join(', ')}\n` : '';
    const whom = `  told: ${told.length > 0 ? told.join(', ') : 'nobody'}\n`;
    const [head, end] =
      state === 'undone'
        ? ['undone', '']
        : ['undoing', `nothing was changed yet; do it: comm-node undo ${id} --yes --agent human\n`];
    return visible(`${head} ${id} "${subject}":\n${lines.join('')}${kept}${whom}${end}`);
  },
});

/** `+` it is there again, `-` it goes, `~` it changes. */
const SIGN = { back: '+', gone: '-', changed: '~' } as const;
