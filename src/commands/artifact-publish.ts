import { formatSize } from '../records/size.ts';
import { visible } from '../records/visible.ts';
import { shortId } from '../services/finding.ts';
import { type Published, publishArtifact } from '../services/publish-artifact.ts';
import { withSession } from '../services/session.ts';
import { defineCommand } from './command.ts';

/** `comm-node artifact publish FILE` */
export const artifactPublish = defineCommand({
  name: 'artifact publish',
  summary: 'Publish a file as an artifact: versioned, hashed, its consumers told',
  details:
    'The content goes into the coordination repository; what is larger than the limit of [artifacts] in comm-node.toml (10 MB) stays in its own, committed, and is published by reference. The same content keeps its version. Domains that import the kind are told in the same commit. Fails (exit 2) when the repository is out of reach, and changes nothing then.',
  positionals: [{ name: 'file', summary: 'The file to publish', required: true }],
  options: {
    kind: { type: 'text', placeholder: 'WORD', summary: 'What consumers import: openapi, …' },
    name: { type: 'text', summary: 'What it is called (else the name of the file)' },
    task: { type: 'text', placeholder: 'ID', summary: 'The task it was made for' },
    note: { type: 'text', summary: 'What there is to say about this version' },
    'by-reference': { type: 'flag', summary: 'Leave the content in its repository' },
    'if-version': {
      type: 'number',
      placeholder: 'N',
      summary: 'Only if this is the newest version (0: none yet)',
    },
    'no-adapters': { type: 'flag', summary: 'Derive nothing of it' },
    domain: { type: 'text', placeholder: 'NAME', summary: 'Whose it is (for the human)' },
    'idempotency-key': {
      type: 'text',
      placeholder: 'KEY',
      summary: 'A retry with the same key publishes nothing',
    },
  },
  examples: [
    {
      line: 'comm-node artifact publish api/openapi.yaml --name api-contract.yaml --task shop-7',
      what: 'the kind is found in the document',
    },
    { line: 'comm-node artifact publish dist/app.tar --kind bundle --by-reference', what: 'large' },
  ],
  run: (context, args) =>
    withSession(context, (session) =>
      publishArtifact(session, { ...args, adapters: !args.noAdapters }),
    ),
  render: ({ artifact, derived, message, unchanged, stale }: Published) =>
    visible(
      [
        ...[artifact, ...derived].map(
          ({ domain, name, version, kind, bytes, sha256, at, derived_from }) =>
            `${unchanged ? 'unchanged' : 'published'} ${domain}/${name} v${version} (${kind}, ${formatSize(bytes)}, sha256 ${sha256.slice(0, 12)}${at ? `, in ${at.repo}` : ''}${derived_from ? `, from ${derived_from}` : ''})`,
        ),
        ...(message === null
          ? []
          : [`told ${artifact.consumers.join(', ') || 'its consumers'} (${shortId(message)})`]),
        ...stale.map(
          ({ task, artifact: key, pinned, version }) =>
            `stale: task ${task} pins ${key}@${pinned}, the newest is ${version}`,
        ),
        '',
      ].join('\n'),
    ),
});
