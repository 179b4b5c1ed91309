import { GitError } from '../errors.ts';
import { type Oid, parseCommit } from './objects.ts';
import { gitText } from './process.ts';
import type { ObjectReader } from './reader.ts';

/** The tree of a commit. @throws GitError when the repository lacks the commit */
export async function treeOf(reader: ObjectReader, commit: Oid): Promise<Oid> {
  const object = await reader.read(commit);
  if (object?.type === 'commit') return parseCommit(object.data).tree;
  throw new GitError(`commit ${commit} is missing from the repository`, {
    code: 'missing-object',
    hint: 'comm-node doctor looks what is wrong with the hub',
  });
}

/** How many commits `to` has that `from` has not (all of them when `from` is undefined). */
export async function countCommits(
  gitDir: string,
  from: Oid | undefined,
  to: Oid,
): Promise<number> {
  const range = from === undefined ? to : `${from}..${to}`;
  return Number(await gitText(['rev-list', '--count', range], { gitDir }));
}
