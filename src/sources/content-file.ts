import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { CommError, UsageError } from '../errors.ts';
import { type Digest, digestBlob, digestOf } from '../git/blobs.ts';
import { hashObject, type Oid } from '../git/objects.ts';
import { gitText, runGit } from '../git/process.ts';

/** The content of a file on disk. */
export interface FileContent extends Digest {
  readonly data: Buffer;
  readonly blob: Oid;
}

/**
 * Reads a file whole, unless it is larger than `limit` bytes: then only how large it is.
 * @throws UsageError when there is no such file, or it is none
 */
export function readContent(path: string, limit: number): FileContent | { readonly bytes: number } {
  const file = openFile(path);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw notAFile(path, 'it is no file');
    if (stat.size > limit) return { bytes: stat.size };
    const data = readFileSync(file);
    // It may have grown meanwhile.
    if (data.length > limit) return { bytes: data.length };
    return { ...digestOf(data), data, blob: hashObject('blob', data) };
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    throw notAFile(
      path,
      code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`,
    );
  }
}

function notAFile(path: string, why: string): UsageError {
  return new UsageError(`${path}: ${why}`, {
    hint: 'comm-node artifact publish api/openapi.yaml --kind openapi',
    data: { path },
  });
}

/** A file as a commit of its repository has it. */
export interface CommittedFile extends Digest {
  readonly blob: Oid;
  readonly commit: Oid;
  /** From the root of the repository. */
  readonly path: string;
  /** Where the repository is fetched from, without passwords; undefined when it is nowhere else. */
  readonly url: string | undefined;
}

/**
 * A file as HEAD has it, hashed.
 * @throws CommError `not-committed` unless what is on disk is what is committed
 */
export async function readCommitted(path: string): Promise<CommittedFile> {
  const cwd = dirname(path);
  const { code, stdout } = await runGit(
    ['rev-parse', 'HEAD', '--absolute-git-dir', '--show-prefix'],
    {
      cwd,
    },
  );
  const [commit = '', gitDir = '', prefix = ''] = stdout.toString().split('\n');
  if (code !== 0) throw notCommitted(path, 'it is in no Git repository with a commit');
  const own = `${prefix}${basename(path)}`;
  const listed = await gitText(['ls-tree', '-z', '--full-tree', commit, '--', own], { cwd });
  const [, type, blob] = /^\d+ (\w+) ([0-9a-f]+)\t/.exec(listed) ?? [];
  if (type !== 'blob' || blob === undefined) throw notCommitted(path, 'it is not committed');
  const args = ['--literal-pathspecs', 'status', '--porcelain', '-z', '--', basename(path)];
  if ((await gitText(args, { cwd })) !== '') throw notCommitted(path, 'it differs from the commit');
  const digest = await digestBlob(gitDir, blob);
  if (digest === undefined) throw notCommitted(path, 'its content is not in this repository');
  return { ...digest, blob, commit, path: own, url: await originOf(cwd) };
}

function notCommitted(path: string, why: string): CommError {
  return new CommError('not-committed', `${path} cannot be published by reference: ${why}`, {
    hint: 'commit it, and push the commit, so that others can fetch it; then publish it again',
    data: { path },
  });
}

async function originOf(cwd: string): Promise<string | undefined> {
  const { code, stdout } = await runGit(['config', '--get', 'remote.origin.url'], { cwd });
  const url = stdout.toString().trim();
  if (code !== 0 || url === '' || /[\p{Cc}]/u.test(url) || url.length > 300) return undefined;
  // A record is for everybody's eyes; who fetches has a password of their own.
  return url.replace(/^(https?:\/\/)[^@/]*@/i, '$1').replace(/^(\w+:\/\/[^@/:]*):[^@/]*@/, '$1@');
}

/**
 * Looks for a blob in the repository around a folder, hashes it, and copies it if told to.
 * @returns undefined when the folder is no repository that has it
 */
export async function digestIn(
  folder: string,
  blob: Oid,
  copyTo?: Parameters<typeof digestBlob>[2],
): Promise<Digest | undefined> {
  const { code, stdout } = await runGit(['rev-parse', '--absolute-git-dir'], { cwd: folder });
  if (code !== 0) return undefined;
  return digestBlob(stdout.toString().trim(), blob, copyTo);
}

/** The blob that a commit of the repository around a folder has at a path; undefined when it has none. */
export async function blobIn(folder: string, commit: Oid, path: string): Promise<Oid | undefined> {
  const args = ['ls-tree', '-z', '--full-tree', commit, '--', path];
  const { code, stdout } = await runGit(['--literal-pathspecs', ...args], { cwd: folder });
  return code === 0 ? /^\d+ blob ([0-9a-f]+)\t/.exec(stdout.toString())?.[1] : undefined;
}

/** The commit that the worktree around a folder stands at; undefined without one. */
export async function headOf(folder: string): Promise<Oid | undefined> {
  const { code, stdout } = await runGit(['rev-parse', '--verify', '--quiet', 'HEAD'], {
    cwd: folder,
  });
  return code === 0 ? stdout.toString().trim() : undefined;
}
