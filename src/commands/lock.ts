import { formatDuration } from '../records/time.ts';
import { visible } from '../records/visible.ts';
import { acquireLock } from '../services/acquiring.ts';
import { shortId } from '../services/finding.ts';
import { sentenceOf } from '../services/locking.ts';
import { repoGlobs, repoPlace } from '../services/repo-paths.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';
import { LEASE_OPTION, REPO_OPTION } from './lock-options.ts';

/** `comm-node lock GLOB…` */
export const lock = defineCommand({
  name: 'lock',
  summary: 'Lock paths: nobody else may change them while you hold the lock',
  details:
    'All the paths or none. The lock lies in the coordination repository: it holds across machines, and fails (exit 2) when the repository is out of reach. Paths of other domains are refused. With --wait you stand in line: first come, first served.',
  positionals: [
    {
      name: 'globs',
      summary: 'Files, folders or globs, seen from the current folder; quote globs',
      required: true,
      many: true,
    },
  ],
  options: {
    for: LEASE_OPTION,
    shared: { type: 'flag', summary: 'Others may hold a shared lock on the same paths' },
    task: { type: 'text', placeholder: 'ID', summary: 'The task it is for' },
    why: { type: 'text', summary: 'What it is for, in one line' },
    wait: { type: 'duration', summary: 'Wait in line so long, if it is not free' },
    every: { type: 'duration', default: 5_000, summary: 'How often a remote is asked meanwhile' },
    ask: {
      type: 'flag',
      summary: 'Ask whoever holds it to release it, or whoever owns it for leave',
    },
    repo: REPO_OPTION,
    'idempotency-key': {
      type: 'text',
      placeholder: 'KEY',
      summary: 'A retry with the same key returns the same lock, while it is held',
    },
  },
  examples: [
    { line: "comm-node lock 'src/auth/**' --task shop-7", what: 'for two hours' },
    { line: 'comm-node lock package.json --for 10m --wait 10m', what: 'in line behind others' },
    { line: "comm-node lock 'src/**' --ask", what: 'and ask the holder, if there is one' },
  ],
  run: (context, args) =>
    withSession(context, async (session) => {
      const where = await repoPlace(context, args.repo, session.workplace);
      const wish = {
        repo: where.repo,
        paths: repoGlobs(where, args.globs),
        exclusive: !args.shared,
        ttlMs: args.for,
        task: args.task,
        why: args.why,
        idempotencyKey: args.idempotencyKey,
      };
      const wait =
        args.wait === undefined
          ? undefined
          : { timeoutMs: args.wait, everyMs: args.every, signal: context.signal };
      return acquireLock(session, wish, {
        wait,
        ask: args.ask,
        onWait: (conflicts) => {
          const all = conflicts.map((conflict) => sentenceOf(conflict, context.now()));
          context.progress(`in line: ${all.join('; ')}`);
        },
      });
    }),
  render({ lock: held, renewed, waited_seconds: waited }) {
    const shared = held.exclusive ? '' : ' (shared)';
    const verb = renewed ? 'renewed' : 'locked';
    const after = waited > 0 ? ` after ${formatDuration(waited * 1000)}` : '';
    return visible(
      [
        `${verb} ${held.paths.join(', ')}${shared} until ${held.expires}${after} (${shortId(held.id)}, fence ${held.fence})`,
        `next: comm-node unlock ${shortId(held.id)} when you are done, comm-node renew ${shortId(held.id)} before ${held.safe_until ?? held.expires}`,
        '',
      ].join('\n'),
    );
  },
});
