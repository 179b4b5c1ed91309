import { renewLocks } from '../services/releasing.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';
import { LEASE_OPTION, lockLine, REPO_OPTION } from './lock-options.ts';
import { checkChoice } from './unlock.ts';

/** `comm-node renew GLOB|ID…` */
export const renew = defineCommand({
  name: 'renew',
  summary: 'Prolong locks that you hold',
  details:
    'From now on, for as long as --for says; never to an earlier end. A lock that has expired cannot be renewed: lock it again.',
  positionals: [{ name: 'what', summary: 'Ids of locks (or their ends), or globs', many: true }],
  options: {
    all: { type: 'flag', summary: 'All locks that you hold' },
    for: LEASE_OPTION,
    repo: REPO_OPTION,
  },
  examples: [{ line: 'comm-node renew --all --for 1h', what: 'an hour from now, at least' }],
  async run(context, { what, all, for: ttlMs, repo }) {
    checkChoice('renew', what, all);
    return withSession(context, (session) =>
      renewLocks(session, { words: what, all, repo }, ttlMs),
    );
  },
  render: ({ locks }) => locks.map((one) => `renewed ${lockLine(one)}\n`).join(''),
});
