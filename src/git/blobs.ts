import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { explainFileError, makeFolders, removeIfPresent, temporaryBeside } from './files.ts';
import type { Oid } from './objects.ts';
import { spawnGit } from './process.ts';

/** What content is, without the content. */
export interface Digest {
  /** 64 hex digits. */
  readonly sha256: string;
  readonly bytes: number;
}

/** The hash and the length of bytes. */
export function digestOf(data: Uint8Array): Digest {
  return { sha256: createHash('sha256').update(data).digest('hex'), bytes: data.length };
}

/**
 * Hashes a blob of a repository, piece by piece: it may be larger than memory.
 * @param copyTo a file to write it to as well; it appears whole or not at all, if `accept` takes it
 * @returns undefined when the repository has no such blob
 * @throws CommError when the file cannot be written
 */
export async function digestBlob(
  gitDir: string,
  blob: Oid,
  copyTo?: { readonly file: string; accept(digest: Digest): boolean },
): Promise<Digest | undefined> {
  const hash = createHash('sha256');
  let bytes = 0;
  const temporary = copyTo && temporaryBeside(copyTo.file);
  try {
    if (copyTo) makeFolders(dirname(copyTo.file));
    const file =
      temporary === undefined ? undefined : createWriteStream(temporary, { flags: 'wx' });
    const child = spawnGit(['cat-file', 'blob', blob], { gitDir });
    const ended = once(child, 'close') as Promise<[number | null]>;
    child.stdin.end();
    child.stderr.resume();
    for await (const chunk of child.stdout) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      if (file && !file.write(chunk)) await once(file, 'drain');
    }
    const [code] = await ended;
    if (file)
      await new Promise<void>((resolve, reject) =>
        file.end((error?: Error | null) => (error ? reject(error) : resolve())),
      );
    if (code !== 0) return undefined;
    const digest = { sha256: hash.digest('hex'), bytes };
    if (copyTo && temporary && copyTo.accept(digest)) await rename(temporary, copyTo.file);
    return digest;
  } catch (error) {
    throw explainFileError(error, 'write', copyTo?.file ?? gitDir);
  } finally {
    if (temporary) await removeIfPresent(temporary).catch(() => false);
  }
}
