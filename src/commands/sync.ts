import { OfflineError } from '../errors.ts';
import { synchronise } from '../services/overview.ts';
import { viewAge } from './age.ts';
import { defineCommand, done } from './command.ts';

/** `comm-node sync` */
export const sync = defineCommand({
  name: 'sync',
  summary: 'Send what waits on this machine, and fetch what others sent',
  options: {},
  examples: [{ line: 'comm-node sync', what: 'before you read or wait' }],
  async run(context) {
    const { offline, ...exchanged } = await synchronise(context);
    if (offline === null) return done(exchanged);
    const waits = exchanged.queued;
    throw new OfflineError(`the coordination repository cannot be reached: ${offline}`, {
      hint:
        waits > 0
          ? `${waits} queued here, nothing is lost: run comm-node sync again later`
          : 'run comm-node sync again later; reading goes on with what is here',
      data: exchanged,
    });
  },
  render({ sent, refused, queued, commits, unread, as_of }) {
    const facts = [
      `sent ${sent}`,
      `received ${commits === 1 ? '1 commit' : `${commits} commits`}`,
      refused > 0 ? `${refused} refused (comm-node doctor)` : '',
      queued > 0 ? `${queued} still queued (comm-node doctor)` : '',
      unread === null ? '' : `${unread} unread`,
      viewAge(as_of),
    ];
    return `${facts.filter(Boolean).join(', ')}\n`;
  },
});
