import { defineCommand, done } from './command.ts';

/** `comm-node version`; `--version` alone is answered by bin.ts. */
export const version = defineCommand({
  name: 'version',
  summary: 'Print the version',
  options: {},
  examples: [{ line: 'comm-node version --json', what: 'the version, and of what runs it' }],
  async run() {
    // Put in by the build.
    const own = process.env['COMM_NODE_VERSION'] ?? 'unbuilt';
    return done({ version: own, node: process.versions.node });
  },
  render: ({ version }) => `${version}\n`,
});
