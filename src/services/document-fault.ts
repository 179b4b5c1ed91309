import { basename, join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { contentFault, takesItsTime } from '../records/content-check.ts';
import type { ContentSchema } from '../records/contract.ts';
import { formatDuration } from '../records/time.ts';
import { readContent } from '../sources/content-file.ts';
import { openScratch } from '../sources/scratch.ts';
import { runApart } from './running-apart.ts';
import type { Surroundings } from './session.ts';

export { contentSchemas } from '../records/contract.ts';

/** A document of more bytes than this is not checked. */
const MOST = 100_000_000;
/** What a check may take if its contract does not say: milliseconds. */
const TIMEOUT_MS = 60_000;

/**
 * Why a document is not what a contract asks for, as the end of a sentence; undefined if it is. What
 * may take long is checked in a process that is ended when its time is up.
 * @param timeoutMs milliseconds
 */
export async function documentFault(
  place: Surroundings,
  data: Buffer,
  schema: ContentSchema,
  timeoutMs = TIMEOUT_MS,
): Promise<string | undefined> {
  const text = data.toString('utf8');
  if (!takesItsTime(text, schema)) return contentFault(text, schema);
  const scratch = await openScratch(join(place.home, 'tmp'), place.ids());
  try {
    const file = await scratch.write('document', data);
    const words = ['artifact', 'check', file, '--schema', schema];
    const { data: answer, refusal, timedOut } = await runApart(place, words, { timeoutMs });
    if (timedOut)
      return `not checked as ${schema}: that did not end within ${formatDuration(timeoutMs)}`;
    const found = answer as Partial<ReturnType<typeof fileFault>> | undefined;
    if (found?.fault !== undefined) return found.fault ?? undefined;
    return `not checked as ${schema}: ${refusal ?? 'it takes too much memory'}`;
  } finally {
    await scratch.remove();
  }
}

/**
 * Checks a file as a contract would check its content. How long that takes depends on the file.
 * @returns its fault, as the end of a sentence, or null
 * @throws UsageError when there is no file, or too large a one
 */
export function fileFault(cwd: string, file: string, schema: ContentSchema) {
  const path = resolve(cwd, file);
  const content = readContent(path, MOST);
  if (!('data' in content))
    throw new UsageError(`${path} has ${content.bytes} bytes, and at most ${MOST} are read`);
  const fault = contentFault(content.data.toString('utf8'), schema) ?? null;
  return { file: basename(path), schema, fault };
}
