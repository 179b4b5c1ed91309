import { visible } from '../records/visible.ts';
import { checkPaths } from '../services/lock-view.ts';
import { withSession } from '../services/session.ts';
import { defineCommand, done, refused } from './command.ts';
import { REPO_OPTION } from './lock-options.ts';

/** `comm-node check PATH…` */
export const check = defineCommand({
  name: 'check',
  summary: 'Ask whether you may change paths; nothing is changed',
  details:
    'By the domains and locks that this machine knows; the network is not asked. Exit 0 if all may be changed, 1 if not.',
  positionals: [
    {
      name: 'paths',
      summary: 'Files or globs, seen from the current folder',
      required: true,
      many: true,
    },
  ],
  options: { repo: REPO_OPTION },
  examples: [{ line: 'comm-node check src/auth/login.ts', what: 'before an edit' }],
  run: (context, { paths, repo }) =>
    withSession(context, async (session) => {
      const data = await checkPaths(session, paths, repo);
      const no = data.paths.filter(({ allowed }) => !allowed);
      const [first] = no;
      if (first === undefined) return done(data);
      return refused(
        {
          code: 'not-allowed',
          message: `${no.length} of ${data.paths.length} must not be changed`,
          ...(first.hint === null ? {} : { hint: first.hint }),
        },
        data,
      );
    }),
  render: ({ paths }) =>
    visible(
      paths
        .map(({ path, allowed, reason, lock, owner }) => {
          if (!allowed) return `no   ${path}: ${reason}\n`;
          const whose = [owner ?? 'nobody’s', ...(lock === null ? [] : ['locked by you'])];
          return `yes  ${path} (${whose.join(', ')})\n`;
        })
        .join(''),
    ),
});
