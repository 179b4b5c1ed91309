import { visible } from '../records/visible.ts';
import { integrate, redRefusal } from '../services/integrating.ts';
import { withSession } from '../services/session.ts';
import { defineCommand, refused } from './command.ts';

/** `comm-node integrate` */
export const integrateCommand = defineCommand({
  name: 'integrate',
  summary: 'Check that everything fits together, and publish the report',
  details:
    'Tasks done, artifacts verified by their hashes, boundaries of every repository of this machine linted; then the commands of [integration] in comm-node.toml, in order. They run on this machine, with your rights. Any red stops; exit code 1.',
  options: {
    plan: { type: 'text', placeholder: 'NAME', summary: 'Only the tasks of this plan' },
    repo: {
      type: 'texts',
      placeholder: 'NAME=FOLDER',
      summary: 'Where a repository is, if nobody has joined in it on this machine',
    },
    domain: { type: 'text', placeholder: 'NAME', summary: 'Whose artifact the report is (human)' },
  },
  examples: [
    { line: 'comm-node integrate --plan user-auth', what: 'when all tasks of the plan are done' },
    { line: 'comm-node integrate --repo shop-api=./api --json', what: 'in CI' },
  ],
  async run(context, { plan, repo, domain }) {
    const outcome = await withSession(context, (session) =>
      integrate(session, {
        plan,
        domain,
        repos: repo,
        env: context.env,
        signal: context.signal,
        tell: (line) => context.notice(visible(line)),
      }),
    );
    if (!outcome.ok || outcome.data.report.ok) return outcome;
    return refused(redRefusal(outcome.data).refusal);
  },
  render: ({ report, published }) =>
    visible(
      `integration is green: ${report.checks.map(({ name }) => name).join(', ')}; ${published}\nnext: comm-node deploy\n`,
    ),
});
