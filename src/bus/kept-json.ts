import { createHash } from 'node:crypto';
import { readIfPresent, writeFileAtomic } from '../git/files.ts';

/** What a file of ours holds; undefined when it is missing or damaged. */
export async function cachedJson<T>(path: string): Promise<T | undefined> {
  const data = await readIfPresent(path).catch(() => undefined);
  try {
    return data === undefined ? undefined : (JSON.parse(data.toString('utf8')) as T);
  } catch {
    return undefined;
  }
}

/** Keeps what can be reckoned anew: a disk that cannot be written costs only time. */
export async function keepJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, JSON.stringify(value)).catch(() => undefined);
}

/** A short name for a text. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}
