import { watch } from 'node:fs';

/**
 * Calls `wake` when something happens to a file or folder.
 * @returns what ends the watch; undefined where nothing can be watched (too many
 *   watches, a network disk, the file is gone): then a timer must be enough
 */
export function onChange(path: string, wake: () => void): (() => void) | undefined {
  try {
    const watcher = watch(path, wake);
    watcher.on('error', wake);
    return () => watcher.close();
  } catch {
    return undefined;
  }
}
