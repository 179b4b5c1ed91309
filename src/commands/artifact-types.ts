import { visible } from '../records/visible.ts';
import { documentTypes } from '../services/document-types.ts';
import { defineCommand, done } from './command.ts';

/** `comm-node artifact types FILE` */
export const artifactTypes = defineCommand({
  name: 'artifact types',
  summary: 'Print the TypeScript types of an OpenAPI 3 document; nothing is published',
  details:
    'What the adapter openapi-typescript makes when a document is published. A reference out of the document is refused.',
  positionals: [{ name: 'file', summary: 'The document, JSON or YAML', required: true }],
  options: {},
  examples: [{ line: 'comm-node artifact types api/openapi.yaml', what: 'before it is published' }],
  run: async ({ cwd }, { file }) => done({ text: await documentTypes(cwd, file) }),
  render: ({ text }) => visible(text),
});
