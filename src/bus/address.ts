import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';

/** Where a coordination repository is. */
export interface Address {
  /** What is handed to Git and written into configuration: an absolute path or a URL. */
  readonly url: string;
  /** The folder, when it is one on this machine reached by its path. */
  readonly path: string | undefined;
}

/**
 * Understands what a person types for a coordination repository: a path
 * (absolute, relative to `cwd`, or below `~`), `scheme://…`, or ssh's `host:path`.
 */
export function parseAddress(text: string, cwd: string): Address {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { url: text, path: undefined };
  if (isScp(text)) return { url: text, path: undefined };
  const home = text === '~' || text.startsWith('~/');
  const path = home ? join(homedir(), text.slice(1)) : resolve(cwd, text);
  return { url: path, path };
}

/** `host:path` is ssh, unless a slash comes before the colon or it is a Windows drive. */
function isScp(text: string): boolean {
  if (isAbsolute(text) || /^[a-z]:[\\/]/i.test(text)) return false;
  const colon = text.indexOf(':');
  return colon > 0 && !text.slice(0, colon).includes('/');
}

/** The folder of the bare mirror that this machine keeps of a remote repository. */
export function mirrorPath(url: string, home: string): string {
  const name = basename(
    url
      .replace(/[\\/:]+$/, '')
      .replace(/\.git$/, '')
      .replaceAll(':', '/'),
  );
  const slug =
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9-]+/g, '-')
      .slice(0, 40) || 'hub';
  const digest = createHash('sha256').update(url).digest('hex').slice(0, 12);
  return join(home, 'hubs', `${slug}-${digest}.git`);
}
