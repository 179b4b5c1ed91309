import { visible } from '../records/visible.ts';
import { type Withdrawn, withdrawArtifact } from '../services/interventions.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';
import { WHY_OPTION } from './order-verbs.ts';

/** `comm-node withdraw DOMAIN/NAME` */
export const withdraw = defineCommand({
  name: 'withdraw',
  summary: 'Withdraw an artifact: nobody builds on it until there is a new version',
  details:
    'The human withdraws any, an agent those of its own domain. Producer and consumers are told; a task that requires it is not ready until a new version is published.',
  positionals: [{ name: 'artifact', summary: 'DOMAIN/NAME', required: true }],
  options: { why: WHY_OPTION },
  examples: [
    {
      line: "comm-node withdraw backend/api.yaml --agent human --why 'Made of the wrong branch'",
      what: 'take it back',
    },
  ],
  run: (context, args) => withSession(context, (session) => withdrawArtifact(session, args)),
  render: ({ artifact, version, told, commit }: Withdrawn) =>
    visible(
      commit === null
        ? `${artifact} was withdrawn already\n`
        : `withdrew ${artifact} v${version}; told ${told.join(', ')}\n`,
    ),
});
