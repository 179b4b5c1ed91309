import { formatSize } from '../records/size.ts';
import { visible } from '../records/visible.ts';
import { logArtifact } from '../services/artifact-view.ts';
import { defineCommand } from './command.ts';
import { table } from './look.ts';

/** `comm-node artifact log DOMAIN/NAME` */
export const artifactLog = defineCommand({
  name: 'artifact log',
  summary: 'The versions of an artifact: when, by whom, with which hash',
  positionals: [{ name: 'artifact', summary: 'DOMAIN/NAME', required: true }],
  options: {},
  examples: [{ line: 'comm-node artifact log backend/api-contract.yaml', what: 'newest first' }],
  run: (context, { artifact }) => logArtifact(context, artifact),
  render: ({ versions }, look) =>
    table(
      versions.map(({ version, at, author, bytes, sha256, commit, gone, summary }) => [
        gone ? 'deleted' : version === null ? 'unreadable' : `v${version}`,
        at,
        visible(author),
        bytes === null ? '' : formatSize(bytes),
        sha256?.slice(0, 12) ?? commit.slice(0, 12),
        visible(summary),
      ]),
      look,
    ),
});
