import { GitError } from '../errors.ts';
import { type GitObject, type Oid, parseCommit } from './objects.ts';
import { gitText } from './process.ts';
import type { ObjectReader } from './reader.ts';

/** An object that must be there. @throws GitError when the repository lacks it */
export async function readOrFail(reader: ObjectReader, oid: Oid): Promise<GitObject> {
  const object = await reader.read(oid);
  if (object) return object;
  throw new GitError(`object ${oid} is missing from the repository`, {
    code: 'missing-object',
    hint: 'comm-node doctor looks what is wrong with the hub',
  });
}

/** The tree of a commit. @throws GitError when the repository lacks the commit */
export async function treeOf(reader: ObjectReader, commit: Oid): Promise<Oid> {
  return parseCommit((await readOrFail(reader, commit)).data).tree;
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

/** So many commits are worth walking in process; further back a process of Git's is quicker. */
export const NEAR = 200;

/** A commit on the way back from a newer one. */
export interface Step {
  readonly oid: Oid;
  readonly message: string;
}

/**
 * The commits from `head` back to, but without, the nearest of `stops`, along
 * first parents, newest first; undefined when none of them is met within `limit`.
 */
export async function walkBack(
  reader: ObjectReader,
  head: Oid,
  stops: ReadonlySet<Oid>,
  limit: number,
): Promise<Step[] | undefined> {
  const steps: Step[] = [];
  for (let at: Oid | undefined = head; at !== undefined && steps.length <= limit; ) {
    if (stops.has(at)) return steps;
    const object = await reader.read(at);
    if (object?.type !== 'commit') return undefined;
    const { message, parents } = parseCommit(object.data);
    steps.push({ oid: at, message });
    at = parents[0];
  }
  return undefined;
}
