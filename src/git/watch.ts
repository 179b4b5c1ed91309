import { type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Oid } from './objects.ts';
import { readRef } from './refs.ts';

/** Network disks send no events, and a packed ref has no file: look this often all the same. */
const LOOK_MS = 1000;

/**
 * Waits until a ref of a repository on this machine no longer points to `known`; within a millisecond where the system
 * tells of changes, within a second elsewhere. 'timeout' after `timeoutMs` or when `signal` aborts.
 */
export function waitForRefChange(
  gitDir: string,
  ref: string,
  known: Oid | undefined,
  options: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<'changed' | 'timeout'> {
  return new Promise((resolve) => {
    let watcher: FSWatcher | undefined;
    const end = (result: 'changed' | 'timeout') => {
      clearTimeout(timer);
      clearInterval(ticker);
      watcher?.close();
      options.signal?.removeEventListener('abort', stop);
      resolve(result);
    };
    const stop = () => end('timeout');
    const look = async () => {
      // A ref that cannot be read just now is looked at again.
      const now = await readRef(gitDir, ref).catch(() => known);
      if (now !== known) end('changed');
    };
    const timer = setTimeout(stop, options.timeoutMs);
    const ticker = setInterval(look, LOOK_MS);
    if (options.signal?.aborted) return stop();
    options.signal?.addEventListener('abort', stop);
    watcher = watchFolder(dirname(join(gitDir, ref)), look);
    // After the watch is set, so that no change falls between.
    void look();
  });
}

function watchFolder(folder: string, onEvent: () => void): FSWatcher | undefined {
  try {
    return watch(folder, { persistent: false }, onEvent).on('error', () => {});
  } catch {
    return undefined;
  }
}
