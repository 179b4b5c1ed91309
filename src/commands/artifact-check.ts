import { visible } from '../records/visible.ts';
import { contentSchemas, fileFault } from '../services/document-fault.ts';
import { defineCommand, done, refused } from './command.ts';

/** `comm-node artifact check FILE --schema openapi` */
export const artifactCheck = defineCommand({
  name: 'artifact check',
  summary: 'Whether a file is the OpenAPI, JSON Schema, JSON or YAML that a contract asks for',
  details:
    'What "artifact: … schema=openapi" of a contract checks once it is published. Exit code 1 when it is not; nothing is published.',
  positionals: [{ name: 'file', summary: 'The document', required: true }],
  options: {
    schema: {
      type: 'text',
      choices: contentSchemas,
      default: 'openapi',
      summary: 'What it has to be',
    },
  },
  examples: [
    { line: 'comm-node artifact check api/openapi.yaml', what: 'before it is published' },
    { line: 'comm-node artifact check user.json --schema json-schema', what: 'as something else' },
  ],
  async run({ cwd }, { file, schema }) {
    const found = fileFault(cwd, file, schema);
    if (found.fault === null) return done(found);
    const message = `${found.file} is ${found.fault}`;
    return refused({ code: 'content-faulty', message, hint: 'mend it, then publish it' }, found);
  },
  // What is not so is told by the refusal.
  render: ({ file, schema, fault }) => (fault === null ? visible(`✓ ${file} is ${schema}\n`) : ''),
});
