import { join } from 'node:path';
import { scanChunks } from '../git/append-file.ts';
import { readIfPresent, writeFileAtomic } from '../git/files.ts';
import { fileStat, listFolder } from '../git/folders.ts';
import { largerOf, type Usage, usageOf } from './claude-usage.ts';

/** Another number means: read all transcripts anew. */
const FORMAT = 1;

/** How far a transcript was read. */
interface Seen {
  readonly bytes: number;
  readonly changedAt: number;
}

/** What was read before, kept beside the transcripts' reader. */
interface Kept {
  readonly format: number;
  readonly files: Readonly<Record<string, Seen>>;
  /** As an answer is told once whatever file it stands in, all of them are kept together. */
  readonly usages: readonly Usage[];
}

/**
 * The version of the transcripts below a folder, without reading them: names, sizes and times.
 * @param folder the `projects` folder of Claude Code
 */
export async function transcriptFiles(folder: string): Promise<Map<string, Seen>> {
  const files = new Map<string, Seen>();
  await collect(folder, files);
  return files;
}

/** A text that differs as soon as a transcript does. */
export function versionOf(files: ReadonlyMap<string, Seen>): string {
  return [...files]
    .map(([path, { bytes, changedAt }]) => `${path}:${bytes}:${changedAt}`)
    .join('\n');
}

/**
 * Reads what is new in the transcripts, in portions, and adds it to what was read before.
 * @param cache a file for what was read
 */
export async function readTranscripts(
  files: ReadonlyMap<string, Seen>,
  cache: string,
): Promise<readonly Usage[]> {
  const kept = parseKept(await readIfPresent(cache));
  const isGrown =
    kept !== undefined &&
    Object.entries(kept.files).every(([path, seen]) => isHeir(seen, files.get(path)));
  const usages = new Map((isGrown ? kept.usages : []).map((usage) => [usage.key, usage]));
  const seen: Record<string, Seen> = {};
  let isNew = !isGrown;
  for (const [path, now] of files) {
    const before = isGrown ? kept.files[path] : undefined;
    seen[path] = before ?? { bytes: 0, changedAt: 0 };
    if (before?.bytes === now.bytes && before.changedAt === now.changedAt) continue;
    const bytes = await readFrom(path, before?.bytes ?? 0, now.bytes, usages);
    seen[path] = { bytes, changedAt: bytes === now.bytes ? now.changedAt : 0 };
    isNew = true;
  }
  const all = [...usages.values()];
  // A disk that cannot be written costs only time.
  if (isNew) {
    const text = JSON.stringify({ format: FORMAT, files: seen, usages: all });
    await writeFileAtomic(cache, text).catch(() => undefined);
  }
  return all;
}

/** @returns where the last whole line ends: the writer may be in the middle of one */
async function readFrom(
  path: string,
  start: number,
  end: number,
  usages: Map<string, Usage>,
): Promise<number> {
  let at = start;
  await scanChunks(
    path,
    end,
    (chunk) => {
      at += chunk.length;
      for (const line of chunk.toString('utf8').split('\n')) {
        const usage = usageOf(line);
        if (usage === undefined) continue;
        const known = usages.get(usage.key);
        usages.set(usage.key, known === undefined ? usage : largerOf(known, usage));
      }
      return true;
    },
    start,
  );
  return at;
}

/** Transcripts only grow; one that has shrunk, or is gone, means that all must be read anew. */
function isHeir(before: Seen, now: Seen | undefined): boolean {
  return now !== undefined && now.bytes >= before.bytes;
}

function parseKept(data: Buffer | undefined): Kept | undefined {
  if (data === undefined) return undefined;
  try {
    const kept = JSON.parse(data.toString('utf8')) as Kept;
    return kept.format === FORMAT && Array.isArray(kept.usages) ? kept : undefined;
  } catch {
    return undefined;
  }
}

// Sessions lie in a folder for each project; those of sub-agents in folders of their own below.
const MAX_DEPTH = 5;

async function collect(folder: string, files: Map<string, Seen>, depth = 0): Promise<void> {
  for (const name of await listFolder(folder)) {
    const path = join(folder, name);
    if (name.endsWith('.jsonl')) {
      const stat = await fileStat(path);
      if (stat && !stat.isFolder) files.set(path, { bytes: stat.bytes, changedAt: stat.changedAt });
    } else if (!name.includes('.') && depth < MAX_DEPTH) await collect(path, files, depth + 1);
  }
}
