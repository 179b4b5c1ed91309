import { visible } from '../records/visible.ts';
import { deploy } from '../services/deploying.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';

/** `comm-node deploy` */
export const deployCommand = defineCommand({
  name: 'deploy',
  summary: 'Run the deployment, behind a green report for exactly what is published, once',
  details:
    'The command of [deploy] in comm-node.toml runs on this machine, with your rights; while it does, nobody else deploys. If it fails, that of rollback runs. Both get the artifacts on standard input, a line each with version and hash, and COMM_NODE_DEPLOY_ID. The report is an artifact.',
  options: {
    resume: { type: 'flag', summary: 'Take up a deployment whose process is gone' },
    again: { type: 'flag', summary: 'Deploy once more what was deployed before' },
    repo: {
      type: 'texts',
      placeholder: 'NAME=FOLDER',
      summary: 'Where a repository is, if nobody has joined in it on this machine',
    },
    domain: { type: 'text', placeholder: 'NAME', summary: 'Whose report of integration counts' },
  },
  examples: [{ line: 'comm-node deploy', what: 'after comm-node integrate' }],
  run: (context, { resume, again, repo, domain }) =>
    withSession(context, (session) =>
      deploy(session, {
        resume,
        again,
        domain,
        repos: repo,
        signal: context.signal,
        tell: (line) => context.notice(visible(line)),
      }),
    ),
  render: ({ deploy: { state, by, begun, ended }, repeated }) =>
    repeated
      ? `deployed before: by ${by}, ${begun} to ${ended}\nthe same artifacts and commits; once more: comm-node deploy --again\n`
      : `deployment ${state}: by ${by}, ${begun} to ${ended}\n`,
});
