import { join } from 'node:path';
import { readIfPresent } from '../git/files.ts';
import { fileStat } from '../git/folders.ts';
import { issueOf } from './beads-answer.ts';
import type { Issue, Listing } from './tracker.ts';

/**
 * What Beads last wrote into its file, for a machine on which it cannot be asked. The file is never
 * written: a newer file than the database makes some versions refuse all work, and others lose it.
 * @param folder the `.beads` folder
 * @param why it could not be asked
 * @param now milliseconds since 1970
 * @returns undefined when there is no such file
 */
export async function readBeadsFile(
  folder: string,
  why: string,
  now: number,
): Promise<Listing | undefined> {
  const about = await metadataOf(folder);
  const name = typeof about['jsonl_export'] === 'string' ? about['jsonl_export'] : 'issues.jsonl';
  // The name comes out of a file that anybody may have committed.
  const file = join(folder, /^[\w.-]+\.jsonl$/.test(name) ? name : 'issues.jsonl');
  const data = await readIfPresent(file);
  const stat = await fileStat(file);
  if (!data || !stat) return undefined;
  const raw = data.toString('utf8').split('\n').flatMap(parseLine);
  const issues = raw.flatMap((one) => issueOf(one) ?? []);
  const maybeStale = Object.values(about).some((value) => String(value).includes('dolt'));
  return {
    issues,
    ready: readyAmong(issues, raw, now),
    fallback: { file, ageMs: Math.max(0, now - stat.changedAt), maybeStale, why },
  };
}

async function metadataOf(folder: string): Promise<Record<string, unknown>> {
  const data = await readIfPresent(join(folder, 'metadata.json'));
  const [about = {}] = data ? parseLine(data.toString('utf8')) : [];
  return about;
}

function parseLine(line: string): Record<string, unknown>[] {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? [value as Record<string, unknown>] : [];
  } catch {
    return [];
  }
}

/** Beads' own rule, as far as the file tells it: open, nothing open before it, not put off. */
function readyAmong(
  issues: readonly Issue[],
  raw: readonly Readonly<Record<string, unknown>>[],
  now: number,
): Set<string> {
  const open = new Set(issues.filter(({ status }) => status !== 'done').map(({ id }) => id));
  const later = new Set(
    raw
      .filter(({ defer_until: until }) => Date.parse(String(until ?? '')) > now)
      .map(({ id }) => id),
  );
  const ready = issues.filter(
    ({ id, status, dependsOn }) =>
      status === 'open' && !later.has(id) && !dependsOn.some((on) => open.has(on)),
  );
  return new Set(ready.map(({ id }) => id));
}
