import { withSession } from '../services/session.ts';
import { claimNext, type NextWork, nextWork } from '../services/working.ts';
import { defineCommand, done, refused } from './command.ts';
import { LEASE_OPTION } from './lock-options.ts';
import { workText } from './task-text.ts';

/** `comm-node next` */
export const next = defineCommand({
  name: 'next',
  summary: 'What you can begin now, and why you cannot begin the rest',
  details:
    'A task is ready when its tracker says so, all that it depends on is done, every artifact that it needs is published as it needs it, and its paths are free. With --claim the most urgent one is yours, with its locks, and you get all that you need to begin. Exit 1 when nothing is ready.',
  options: {
    claim: { type: 'flag', summary: 'Claim it' },
    for: { ...LEASE_OPTION, summary: 'How long its paths are locked; renew prolongs it' },
  },
  examples: [
    { line: 'comm-node next --claim --json', what: 'one command for the whole brief' },
    { line: 'comm-node next', what: 'look first' },
  ],
  run: (context, { claim, for: ttlMs }) =>
    withSession(context, async (session) => {
      if (claim) return claimNext(session, ttlMs);
      const work = await nextWork(session);
      if (work.task !== null || work.current.length > 0) return done(work);
      const message =
        work.blocked.length === 0 ? 'there is no open task' : 'no task can be begun now';
      const hint =
        work.blocked.length === 0
          ? 'comm-node plan import FILE'
          : 'comm-node watch shows when something changes';
      return refused({ code: 'nothing-ready', message, hint, data: { ...work } }, work);
    }),
  render: (work: NextWork) => workText(work),
});
