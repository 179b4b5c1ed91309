import { join } from 'node:path';
import { type Digest, digestBlob } from '../git/blobs.ts';
import { removeTree } from '../git/folders.ts';
import type { Oid } from '../git/objects.ts';
import { runGit } from '../git/process.ts';
import { createBare } from '../git/transport.ts';
import type { Hub } from './hub.ts';

/** A fetch that takes longer than this is given up, in milliseconds. */
const PATIENCE_MS = 120_000;

/**
 * The content of one file of a commit of another repository, fetched into a repository of its own
 * that goes away.
 * @param copyTo see `digestBlob`
 * @returns undefined when it cannot be fetched, or has no such file
 */
export async function fetchedDigest(
  hub: Hub,
  url: string,
  commit: Oid,
  path: string,
  copyTo?: Parameters<typeof digestBlob>[2],
): Promise<Digest | undefined> {
  // A helper program of Git would run what the URL says; a word that begins with a hyphen is no URL.
  if (/^-|^\w+::/.test(url)) return undefined;
  const gitDir = join(hub.state, 'tmp', `fetch-${process.pid}-${commit.slice(0, 12)}`);
  try {
    await createBare(gitDir, {});
    const fetch = ['fetch', '--quiet', '--depth=1', '--no-tags', url, commit];
    const fetched = await runGit(fetch, { gitDir, timeoutMs: PATIENCE_MS }).catch(() => undefined);
    if (fetched?.code !== 0) return undefined;
    const { stdout } = await runGit(['rev-parse', '--verify', '--quiet', `${commit}:${path}`], {
      gitDir,
    });
    const blob = stdout.toString().trim();
    return blob === '' ? undefined : await digestBlob(gitDir, blob, copyTo);
  } finally {
    await removeTree(gitDir);
  }
}
