import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { CommError } from '../errors.ts';

/** Writes a file of the working tree. @throws CommError when it cannot be written. */
export function writeSource(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommError('file', `cannot write ${path}: ${why}`, { cause, data: { path } });
  }
}

/** Whether there is a file or folder of that path. */
export function isThere(path: string): boolean {
  return existsSync(path);
}

/** The text of a file; undefined when there is none. @throws CommError when it cannot be read. */
export function readSource(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommError('file', `cannot read ${path}: ${why}`, { cause, data: { path } });
  }
}
