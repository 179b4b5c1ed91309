import { relative, resolve, sep } from 'node:path';
import { readWorkplace, type Workplace } from '../bus/workplace.ts';
import { ConfigError, UsageError } from '../errors.ts';
import { escapeGlob, GlobError, parseGlob } from '../globs/globs.ts';
import type { Surroundings } from './session.ts';

/** The domain repository that a command is about, and where in it the user stands. */
export interface RepoPlace {
  /** What locks call the repository. */
  readonly repo: string;
  /** The folder of the user, relative to the repository's root; '' at the root or outside. */
  readonly below: string;
  readonly root: string;
}

/**
 * Finds the repository that words are about: the one named, else that of this worktree.
 * @param known what the worktree knows, if that was read already: reading it takes a process
 * @throws ConfigError when neither is known
 */
export async function repoPlace(
  place: Surroundings,
  named?: string,
  known?: Workplace,
): Promise<RepoPlace> {
  const workplace = known ?? (await readWorkplace(place.cwd));
  const root = workplace?.topLevel ?? place.cwd;
  const own = workplace?.repo || undefined;
  const repo = named ?? own;
  if (repo === undefined) {
    throw new ConfigError('it is not known which repository these paths are in', {
      code: 'no-repo',
      hint: 'run it in a worktree that has joined, or name the repository: --repo NAME',
    });
  }
  const isHere = named === undefined || named === own;
  return { repo, root, below: isHere ? slashed(relative(root, place.cwd)) : '' };
}

/**
 * Globs as the user types them, seen from the root of the repository and normalized.
 * @throws UsageError that says which one is wrong, and why
 */
export function repoGlobs(where: RepoPlace, words: readonly string[]): string[] {
  return words.map((word) => {
    try {
      return parseGlob(fromRoot(where, word)).source;
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      throw new UsageError(
        `"${word.slice(0, 100)}" is not a glob in ${where.repo}: ${error.message}`,
        {
          hint: "quote globs, so that they reach comm-node: comm-node lock 'src/auth/**'",
          data: { glob: word.slice(0, 100) },
        },
      );
    }
  });
}

/** A word that is a plain path, seen from the root of the repository. */
export function repoPath(where: RepoPlace, word: string): string {
  const [path = ''] = repoGlobs(where, [escapeGlob(word)]);
  return path.replace(/\\(.)/g, '$1');
}

function fromRoot({ root, below }: RepoPlace, word: string): string {
  // An absolute path may hold a wildcard: only what leads to the root is taken off.
  if (word.startsWith('/')) {
    const path = slashed(relative(root, resolve(word)));
    return word.endsWith('/') ? `${path}/` : path;
  }
  return below === '' ? word : `${escapeGlob(below)}/${word}`;
}

function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}
