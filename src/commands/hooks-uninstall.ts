import { visible } from '../records/visible.ts';
import { uninstallAll } from '../services/hook-setup.ts';
import { defineCommand, done } from './command.ts';

/** `comm-node hooks uninstall` */
export const hooksUninstall = defineCommand({
  name: 'hooks uninstall',
  summary: 'Take the hooks out again; what was there is as it was',
  options: {},
  examples: [{ line: 'comm-node hooks uninstall', what: 'in the repository' }],
  run: async (context) => done(await uninstallAll(context)),
  render({ git, claude }) {
    if (!git && claude.length === 0) return 'there was nothing to take out\n';
    const lines = [
      ...(git ? ['the hooks of Git are out'] : []),
      ...claude.map((file) => `restored: ${file}`),
    ];
    return visible(`${lines.join('\n')}\n`);
  },
});
