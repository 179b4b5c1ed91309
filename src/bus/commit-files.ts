import { readOrFail } from '../git/commits.ts';
import { changedFiles } from '../git/history.ts';
import { type Oid, parseCommit } from '../git/objects.ts';
import { runGit } from '../git/process.ts';
import type { ObjectReader } from '../git/reader.ts';
import { isDated, roomOf } from '../records/paths.ts';
import type { FileStep } from '../records/undo.ts';
import { type Hub, MAIN } from './hub.ts';

/** What one commit of the branch did. */
export interface CommitFiles {
  readonly oid: Oid;
  /** The first line of its message. */
  readonly subject: string;
  /** More than one: somebody merged by hand. */
  readonly parents: number;
  /** Each file before and after. Of what never changes, and of what is no record, only whether it is there. */
  readonly files: readonly FileStep[];
}

/**
 * What a commit of the branch did; undefined if the branch has no such commit.
 * @param name its id, or the beginning of it
 * @throws GitError when objects of it are missing
 */
export async function commitFiles(
  { gitDir }: Hub,
  reader: ObjectReader,
  name: string,
): Promise<CommitFiles | undefined> {
  const oid = await commitOf(gitDir, name);
  if (oid === undefined) return undefined;
  const { message, parents } = parseCommit((await readOrFail(reader, oid)).data);
  const [parent] = parents;
  const [subject = ''] = message.split('\n', 1);
  const [left, was] = await Promise.all([
    changedFiles(gitDir, parent, oid),
    parent === undefined ? [] : changedFiles(gitDir, oid, parent),
  ]);
  const before = new Map(was.map((file) => [file.path, file.oid]));
  const textOf = async (path: string, blob: Oid | null): Promise<string | null> => {
    if (blob === null) return null;
    if (roomOf(path) === undefined || isDated(path)) return '';
    return (await readOrFail(reader, blob)).data.toString('utf8');
  };
  const files = await Promise.all(
    left.map(async ({ path, oid: blob }): Promise<FileStep> => {
      const [old, new_] = await Promise.all([
        textOf(path, before.get(path) ?? null),
        textOf(path, blob),
      ]);
      return { path, was: old, left: new_ };
    }),
  );
  return { oid, subject, parents: parents.length, files };
}

async function commitOf(gitDir: string, name: string): Promise<Oid | undefined> {
  if (!/^[0-9a-f]{4,64}$/i.test(name)) return undefined;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const found = await runGit(args, { gitDir });
  const oid = found.stdout.toString().trim();
  if (found.code !== 0 || oid === '') return undefined;
  const isOnBranch = await runGit(['merge-base', '--is-ancestor', oid, MAIN], { gitDir });
  return isOnBranch.code === 0 ? oid : undefined;
}
