import { visible } from '../records/visible.ts';
import { injectArtifact } from '../services/interventions.ts';
import type { Published } from '../services/publish-artifact.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';
import { WHY_OPTION } from './order-verbs.ts';

/** `comm-node inject DOMAIN/NAME FILE` */
export const inject = defineCommand({
  name: 'inject',
  summary: 'Put a file in the place of an artifact of any domain, as its next version',
  details:
    'Only the human: --agent human. It is published like any version: hashed, its consumers told, what is derived of it derived anew. The kind is that of the artifact, or found in the file.',
  positionals: [
    { name: 'artifact', summary: 'DOMAIN/NAME', required: true },
    { name: 'file', summary: 'The file with its content', required: true },
  ],
  options: {
    kind: { type: 'text', placeholder: 'WORD', summary: 'What consumers import' },
    why: WHY_OPTION,
  },
  examples: [
    {
      line: 'comm-node inject backend/api.yaml fixed.yaml --agent human',
      what: 'mend a contract yourself',
    },
  ],
  run: (context, args) => withSession(context, (session) => injectArtifact(session, args)),
  render: ({ artifact: { domain, name, version, consumers }, unchanged }: Published) =>
    visible(
      unchanged
        ? `${domain}/${name} v${version} has this content already\n`
        : `injected ${domain}/${name} v${version}${consumers.length > 0 ? `; told ${consumers.join(', ')}` : ''}\n`,
    ),
});
