import { visible } from '../records/visible.ts';
import { shortId } from '../services/finding.ts';
import { listLocks } from '../services/lock-view.ts';
import { viewAge } from './age.ts';
import { defineCommand, done } from './command.ts';
import { lockLine } from './lock-options.ts';

/** `comm-node locks` */
export const locks = defineCommand({
  name: 'locks',
  summary: 'Who holds which paths, and who waits for them',
  options: {
    repo: { type: 'text', placeholder: 'NAME', summary: 'Only those of one repository' },
  },
  examples: [{ line: 'comm-node locks --json', what: 'for programs' }],
  run: async (context, { repo }) => done(await listLocks(context, repo)),
  render: ({ locks: held, waiting, unreadable, as_of }) =>
    [
      ...held.map((one) => visible(`${one.holder} in ${one.repo}: ${lockLine(one)}\n`)),
      ...waiting.map(({ id, agent, repo, paths, until, turn }) =>
        visible(
          `${agent} in ${repo}: ${shortId(id)} ${turn === null ? 'waits for' : 'has its turn on'} ${paths.join(', ')} until ${turn ?? until}\n`,
        ),
      ),
      ...unreadable.map(({ message }) => visible(`counts as a lock on everything: ${message}\n`)),
      held.length + waiting.length + unreadable.length === 0
        ? `nothing is locked, ${viewAge(as_of)}\n`
        : `${held.length} ${held.length === 1 ? 'lock' : 'locks'}, ${viewAge(as_of)}\n`,
    ].join(''),
});
