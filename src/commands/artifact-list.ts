import { formatSize } from '../records/size.ts';
import { visible } from '../records/visible.ts';
import { listArtifacts } from '../services/artifact-view.ts';
import { viewAge } from './age.ts';
import { defineCommand, done } from './command.ts';
import { table } from './look.ts';

/** `comm-node artifact list` */
export const artifactList = defineCommand({
  name: 'artifact list',
  summary: 'All artifacts: newest version, kind, who consumes them, whose pins are old',
  options: {
    domain: { type: 'text', placeholder: 'NAME', summary: 'Only those of one domain' },
    kind: { type: 'text', placeholder: 'WORD', summary: 'Only those of one kind' },
  },
  examples: [
    { line: 'comm-node artifact list', what: 'everything that is published' },
    { line: 'comm-node artifact list --kind openapi --json', what: 'for programs' },
  ],
  run: async (context, { domain, kind }) => done(await listArtifacts(context, { domain, kind })),
  render: ({ artifacts, as_of }, look) => {
    const rows = artifacts.map(
      ({ domain, name, version, kind, bytes, consumers, withdrawn, stale }) => [
        visible(`${domain}/${name}`),
        `v${version}`,
        visible(kind),
        formatSize(bytes),
        withdrawn === null ? '' : 'withdrawn',
        visible(
          [
            consumers.length === 0 ? '' : `for ${consumers.join(', ')}`,
            ...stale.map(({ task, pinned }) => `stale in ${task} (v${pinned})`),
          ]
            .filter(Boolean)
            .join('; '),
        ),
      ],
    );
    const count = `${artifacts.length} ${artifacts.length === 1 ? 'artifact' : 'artifacts'}`;
    return `${table(rows, look)}${count}, ${viewAge(as_of)}\n`;
  },
});
