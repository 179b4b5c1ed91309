import { formatSize } from '../records/size.ts';
import { visible } from '../records/visible.ts';
import { getArtifact } from '../services/artifact-content.ts';
import { defineCommand } from './command.ts';

/** `comm-node artifact get DOMAIN/NAME[@VERSION]` */
export const artifactGet = defineCommand({
  name: 'artifact get',
  summary: 'Get an artifact, verified against its hash; any version',
  details:
    'Without -o it is printed. Content that is not what its record says is refused, and nothing is written. What was published by reference is looked for in the worktrees of this machine that have joined, and else fetched.',
  positionals: [
    { name: 'artifact', summary: 'DOMAIN/NAME, DOMAIN/NAME@3 or …@sha256:HASH', required: true },
  ],
  options: {
    output: {
      type: 'text',
      alias: 'o',
      placeholder: 'FILE',
      summary: 'Write it there (a folder when it ends in /)',
    },
  },
  examples: [
    { line: 'comm-node artifact get backend/api-contract.yaml -o api/', what: 'the newest' },
    { line: 'comm-node artifact get backend/api-contract.yaml@2', what: 'an older one, printed' },
  ],
  run: (context, { artifact, output }) => getArtifact(context, artifact, output),
  render: ({ artifact: { domain, name, version, bytes }, file, text }) =>
    text === null
      ? `${visible(`${domain}/${name} v${version} (${formatSize(bytes)}) is in ${file}`)}\n`
      : visible(text.endsWith('\n') ? text : `${text}\n`),
});
