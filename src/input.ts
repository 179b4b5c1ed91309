import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from './errors.ts';

/** All of standard input as text. */
export async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return decode(Buffer.concat(chunks), 'standard input');
}

/**
 * A file that the user named, as text.
 * @throws UsageError when it cannot be read
 */
export async function readTextFile(cwd: string, path: string): Promise<string> {
  const file = resolve(cwd, path);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
    throw new UsageError(`cannot read ${file}: ${why}`, { data: { path: file } });
  });
  return decode(bytes, file);
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${name} is not UTF-8 text`, {
      hint: 'send text; publish other content as an artifact and name it with --artifact',
    });
  }
}
