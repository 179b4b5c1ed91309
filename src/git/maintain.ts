import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfPresent, writeFileAtomic } from './files.ts';
import { isProcessAlive, ProcessLock, processStart } from './lock.ts';
import { gitEnvironment, gitText } from './process.ts';

/** How many packs the repository reads from. Every one costs each look-up of an object a little. */
export async function packCount(gitDir: string): Promise<number> {
  const names = await readdir(join(gitDir, 'objects', 'pack')).catch(() => []);
  return names.filter((name) => name.endsWith('.idx')).length;
}

/**
 * When there are more than `limit` packs, starts Git in the background to join them, unless that is under way; returns
 * whether it started. Does not wait for it, does not keep the caller alive, never throws: a repository with many packs works.
 */
export async function maintainIfNeeded(
  gitDir: string,
  { limit }: { limit: number },
): Promise<boolean> {
  try {
    if ((await packCount(gitDir)) <= limit || (await isUnderWay(gitDir))) return false;
    const held = await new ProcessLock().tryAcquire(join(gitDir, 'maintain.lock'));
    if (!held) return false;
    try {
      return !(await isUnderWay(gitDir)) && (await start(gitDir));
    } finally {
      await held.release();
    }
  } catch {
    return false;
  }
}

/** Who repacks; it outlives the process that started it, so that process cannot hold a lock for it. */
function ticket(gitDir: string): string {
  return join(gitDir, 'maintain.json');
}

async function isUnderWay(gitDir: string): Promise<boolean> {
  try {
    const text = (await readIfPresent(ticket(gitDir)))?.toString() ?? '';
    const { pid, start } = JSON.parse(text) as { pid: number; start: string };
    return isProcessAlive(pid, start);
  } catch {
    return false;
  }
}

async function start(gitDir: string): Promise<boolean> {
  // One thread: the other cores belong to the agents.
  const repack = ['-c', 'pack.threads=1', 'repack', '--geometric=2', '-d', '-q'];
  const args = (await hasGeometric()) ? repack : ['gc', '--auto', '--quiet'];
  const child = spawn('git', [`--git-dir=${gitDir}`, ...args], {
    detached: true,
    stdio: 'ignore',
    env: gitEnvironment(),
    windowsHide: true,
  });
  child.on('error', () => {});
  child.unref();
  if (child.pid === undefined) return false;
  const who = { pid: child.pid, start: processStart(child.pid) };
  await writeFileAtomic(ticket(gitDir), JSON.stringify(who));
  return true;
}

/** `git repack --geometric` came with Git 2.32 and lost objects of unfinished packs before 2.33. */
async function hasGeometric(): Promise<boolean> {
  const [major = 0, minor = 0] = ((await gitText(['version'])).match(/\d+/g) ?? []).map(Number);
  return major > 2 || (major === 2 && minor >= 33);
}
