import { readIfPresent, writeFileAtomic } from '../git/files.ts';

/** Adds a line to a file that a host reads as a shell script, unless it stands there already. */
export async function appendLine(file: string, line: string): Promise<void> {
  const text = (await readIfPresent(file))?.toString() ?? '';
  if (text.split('\n').includes(line)) return;
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  await writeFileAtomic(file, `${start}${line}\n`);
}
