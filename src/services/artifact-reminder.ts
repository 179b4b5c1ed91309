import { join } from 'node:path';
import { CommError } from '../errors.ts';
import type { Guard } from './guard.ts';

/** An exported file that was committed and is not what is published. */
export interface Unpublished {
  readonly file: string;
  readonly name: string;
  readonly kind: string;
  /** The version that is published; null when there is none. */
  readonly version: number | null;
}

/**
 * Which of the files that a commit changed are declared in `[[artifacts.files]]` for the agent's
 * domain, and are not what is published. Without that table nothing is parsed or read.
 */
export async function unpublished(
  { view, worker, workplace }: Guard,
  paths: ReadonlySet<string>,
): Promise<readonly Unpublished[]> {
  const { fold } = view;
  if (!/^\s*\[\[\s*artifacts\.files/m.test(fold.projectText)) return [];
  const { parseProject } = await import('../records/project.ts');
  const { artifactSettings } = await import('../records/artifact-settings.ts');
  const { readContent } = await import('../sources/content-file.ts');
  try {
    const { files, limit } = artifactSettings(parseProject(fold.projectText));
    const own = files.filter(({ domain, file }) => domain === worker.domain && paths.has(file));
    return own.flatMap(({ file, name, kind, domain }) => {
      const artifact = fold.artifacts.get(`${domain}/${name}`);
      const content = readContent(join(workplace?.topLevel ?? '', file), limit);
      // What is published by reference is the commit's: a new commit of it is news.
      const isSame = 'sha256' in content && content.sha256 === artifact?.sha256;
      return isSame ? [] : [{ file, name, kind, version: artifact?.version ?? null }];
    });
  } catch (error) {
    // A reminder is never in the way of a commit that was made: doctor names what cannot be read.
    if (error instanceof CommError) return [];
    throw error;
  }
}
