import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { createIds } from '../records/ids.ts';
import type { HookAnswer, HookCall, HostCall } from './call.ts';

/**
 * Answers what a host asks: `git NAME …` or `claude EVENT`. The code is the host's own: any but 0
 * is a no to Git; to Claude Code only 2 is, so nothing else must ever end with it.
 */
export async function answerHook(host: HostCall): Promise<HookAnswer> {
  const [name = '', ...words] = host.words;
  const call = callOf(host, words);
  if (name === 'git') {
    const { gitHook } = await import('./git-hook.ts');
    return gitHook(call);
  }
  if (name === 'claude') {
    const { claudeHook } = await import('./claude-hook.ts');
    return claudeHook(call);
  }
  return { code: 1, stderr: `comm-node: nothing called "${name}" has hooks here: git or claude\n` };
}

function callOf(host: HostCall, words: readonly string[]): HookCall {
  const home = host.env['COMM_NODE_HOME'];
  const now = () => Date.now();
  let ids: (() => string) | undefined;
  return {
    ...host,
    words,
    home: home ? resolve(home) : join(homedir(), '.comm-node'),
    now,
    // Making ids loads what makes chance: most calls make none.
    ids: () => {
      ids ??= createIds(now);
      return ids();
    },
  };
}
