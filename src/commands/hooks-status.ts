import { visible } from '../records/visible.ts';
import { probeHooks } from '../services/hook-setup.ts';
import { defineCommand, done, refused } from './command.ts';

/** `comm-node hooks status` */
export const hooksStatus = defineCommand({
  name: 'hooks status',
  summary: 'Run every hook in every worktree, and tell which of them fire',
  details:
    'Each is run as Git runs it and says no at once, so nothing else happens. Exit code 1 if any does not fire.',
  options: {},
  examples: [{ line: 'comm-node hooks status', what: 'after a new worktree, or npm install' }],
  async run(context) {
    const status = await probeHooks(context.cwd);
    const silent = status.worktrees.flatMap(({ path, hooks }) =>
      hooks.filter(({ fires }) => !fires).map(({ name }) => ({ path, name })),
    );
    if (silent.length === 0) return done(status);
    const [first] = silent;
    const more = silent.length > 1 ? ` and ${silent.length - 1} more` : '';
    return refused(
      {
        code: 'hooks-silent',
        message: `${first?.name} does not fire in ${first?.path}${more}`,
        hint: 'comm-node hooks install',
        data: { silent },
      },
      status,
    );
  },
  render({ manager, worktrees }, look) {
    const lines = worktrees.flatMap(({ path, hooks }) => [
      `${look.bold(visible(path))} (${manager})`,
      ...hooks.map(
        ({ name, fires }) => `  ${fires ? look.green('fires ') : look.red('silent')} ${name}`,
      ),
    ]);
    return `${lines.join('\n')}\n`;
  },
});
