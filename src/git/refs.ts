import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CommError, GitError } from '../errors.ts';
import { explainFileError, isAbsence, readIfPresent, syncFolder } from './files.ts';
import type { Oid } from './objects.ts';
import { gitFailure, runGit } from './process.ts';
import { lockRef, type RefLockOptions } from './ref-lock.ts';

export type { RefLockOptions } from './ref-lock.ts';

/** `swapped`: done. `changed`: the ref did not hold what was expected. `busy`: somebody held its lock for 2 s. */
export type SwapResult = 'swapped' | 'changed' | 'busy';

/**
 * What a ref points to, or undefined when there is no such ref; follows symbolic refs (`HEAD`). Starts no process.
 * `gitDir` is the repository itself, not a linked worktree's folder. Throws GitError `corrupt` for a damaged ref file.
 */
export async function readRef(gitDir: string, name: string): Promise<Oid | undefined> {
  return readNow(gitDir, name);
}

function readNow(gitDir: string, name: string, depth = 0): Oid | undefined {
  const text = readText(join(gitDir, name))?.trimEnd();
  if (text === undefined) return packedValue(readPacked(gitDir), name);
  if (/^[0-9a-f]{40,64}$/.test(text)) return text;
  if (text.startsWith('ref: ') && depth < 5)
    return readNow(gitDir, text.slice(5).trim(), depth + 1);
  throw new GitError(
    `the ref ${name} is damaged: ${join(gitDir, name)} holds ${JSON.stringify(text)}`,
    {
      code: 'corrupt',
      hint: `find its last value (git fetch, or git --git-dir=${gitDir} fsck) and put it back with git update-ref`,
    },
  );
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (isAbsence(error) || (error instanceof Error && error.message.includes('EISDIR')))
      return undefined;
    throw explainFileError(error, 'read', path);
  }
}

// Loose files are looked at first: `git pack-refs` writes the packed list before it deletes them.
function readPacked(gitDir: string): string {
  return readText(join(gitDir, 'packed-refs')) ?? '';
}

function packedValue(packed: string, name: string): Oid | undefined {
  const end = packed.indexOf(` ${Buffer.from(name).toString('latin1')}\n`);
  return end < 0 ? undefined : packed.slice(packed.lastIndexOf('\n', end - 1) + 1, end);
}

/** All refs whose names begin with `prefix` (`refs/heads/`), sorted by name. Starts no process; a damaged ref is left out. */
export async function listRefs(gitDir: string, prefix: string): Promise<Map<string, Oid>> {
  const refs = new Map<string, Oid>();
  for (const line of readPacked(gitDir).split('\n')) {
    const match = /^([0-9a-f]{40,64}) (.+)$/.exec(line);
    const name = Buffer.from(match?.[2] ?? '', 'latin1').toString();
    if (match?.[1] !== undefined && name.startsWith(prefix)) refs.set(name, match[1]);
  }
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  for (const name of looseNames(gitDir, folder)) {
    if (!name.startsWith(prefix)) continue;
    const value = readUnlessDamaged(gitDir, name);
    if (value !== undefined) refs.set(name, value);
  }
  return new Map([...refs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readUnlessDamaged(gitDir: string, name: string): Oid | undefined {
  try {
    return readNow(gitDir, name);
  } catch (error) {
    if (error instanceof CommError && error.code === 'corrupt') return undefined;
    throw error;
  }
}

function looseNames(gitDir: string, folder: string): string[] {
  try {
    const found = readdirSync(join(gitDir, folder), { withFileTypes: true });
    return found.flatMap((entry) => {
      const name = `${folder}${entry.name}`;
      if (entry.isDirectory()) return looseNames(gitDir, `${name}/`);
      return /\.lock(\.stale-\d+)?$/.test(name) ? [] : [name];
    });
  } catch (error) {
    if (isAbsence(error)) return [];
    throw explainFileError(error, 'list', join(gitDir, folder));
  }
}

/**
 * Moves a ref from `expected` to `next`, if nobody else moved it: compare-and-swap by Git's lock-file protocol, so that
 * it excludes `git push` and `git update-ref` as well. Undefined as `expected` means that there is no such ref, as `next`
 * that it is to go. A lock left by a killed process of ours is removed at once, a foreign one after 30 s (`onNotice`).
 * Does not check that the object exists. Throws CommError `disk-full`, `read-only`, GitError `ref-conflict`.
 */
export async function swapRef(
  gitDir: string,
  name: string,
  expected: Oid | undefined,
  next: Oid | undefined,
  options: RefLockOptions,
): Promise<SwapResult> {
  checkName(name);
  if (readNow(gitDir, name) !== expected) return 'changed';
  const path = join(gitDir, name);
  try {
    const lock = await lockRef(path, `${next ?? expected}\n`, options);
    if (lock === 'busy') return 'busy';
    try {
      if (readNow(gitDir, name) !== expected) return 'changed';
      if (next === expected) return 'swapped';
      if (next !== undefined) {
        if (expected === undefined) refuseConflict(gitDir, name);
        lock.commit();
      }
    } finally {
      lock.release();
    }
    if (next === undefined)
      return expected === undefined ? 'swapped' : deleteRef(gitDir, name, expected);
    if (options.durable ?? true) await syncFolder(dirname(path));
    return 'swapped';
  } catch (error) {
    throw explainFileError(error, 'move the ref', path);
  }
}

function checkName(name: string): void {
  if (
    /^refs\/[^/]/.test(name) &&
    !/\.\.|\/\/|\/\.|[\0-\x20\x7f~^:?*[\\]|(\/|\.|\.lock)$|\.lock\//.test(name)
  )
    return;
  throw new GitError(`${JSON.stringify(name)} is not a ref name`, {
    code: 'bad-ref',
    data: { name },
  });
}

/** A name that is packed only has no folder on disk that would be in the way. */
function refuseConflict(gitDir: string, name: string): void {
  const packed = readPacked(gitDir);
  const parts = name.split('/');
  const above = parts.map((_, count) => parts.slice(0, count).join('/')).slice(2);
  const taken = above.find((parent) => packedValue(packed, parent) !== undefined);
  if (taken === undefined && !packed.includes(` ${name}/`)) return;
  throw new GitError(`${name} cannot be a ref: ${taken ?? `${name}/…`} is one already`, {
    code: 'ref-conflict',
    data: { name },
  });
}

/** Deletes refs in one go; none, when one of them cannot be deleted. */
export async function deleteRefs(gitDir: string, names: readonly string[]): Promise<void> {
  for (const name of names) checkName(name);
  const input = names.map((name) => `delete ${name}\n`).join('');
  const args = ['update-ref', '--no-deref', '--stdin'];
  const { code, stderr } = await runGit(args, { gitDir, input });
  if (code !== 0) throw gitFailure(args, `failed with exit code ${code}`, stderr, code);
}

// Git rewrites packed-refs under a lock of its own; that is worth a process, since deleting is rare.
async function deleteRef(gitDir: string, name: string, expected: Oid): Promise<SwapResult> {
  const args = ['update-ref', '--no-deref', '-d', name, expected];
  const { code, stderr } = await runGit(args, { gitDir });
  if (code === 0) return 'swapped';
  if (readNow(gitDir, name) !== expected) return 'changed';
  if (/File exists|[Uu]nable to lock|cannot lock/.test(stderr)) return 'busy';
  throw gitFailure(args, `failed with exit code ${code}`, stderr, code);
}

/** The repository's formats, from its configuration file; starts no process. Ours need `sha1` and `files`. */
export async function refFormat(
  gitDir: string,
): Promise<{ objectFormat: 'sha1' | 'sha256'; refStorage: 'files' | 'reftable' }> {
  const text = (await readIfPresent(join(gitDir, 'config')))?.toString() ?? '';
  let inExtensions = false;
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const section = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line);
    if (section) inExtensions = section[1]?.toLowerCase() === 'extensions';
    const value = /([a-z]+)\s*=\s*"?([a-z0-9]+)/i.exec(line);
    if (inExtensions && value)
      values.set((value[1] ?? '').toLowerCase(), (value[2] ?? '').toLowerCase());
  }
  return {
    objectFormat: values.get('objectformat') === 'sha256' ? 'sha256' : 'sha1',
    refStorage: values.get('refstorage') === 'reftable' ? 'reftable' : 'files',
  };
}
