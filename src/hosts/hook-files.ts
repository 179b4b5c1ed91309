import { readIfPresent, removeIfPresent, writeFileAtomic } from '../git/files.ts';
import { existsAt, fileStat, isSymbolicLink, moveTo } from '../git/folders.ts';
import { hasBlock, hookBlock, withBlock, withoutBlock } from './hook-block.ts';
import { isFed } from './hook-names.ts';
import { ASIDE, type InstallLedger, putAside } from './install-ledger.ts';

const EXECUTABLE = 0o755;

/**
 * Puts ours before whatever a hook file does. A shell script gets a block of lines; anything else is
 * put aside and run after ours, by a file in its place. What Git ignores, because it may not be
 * executed, does not come to life.
 * @returns whether the file changed
 */
export async function chainInto(
  ledger: InstallLedger,
  file: string,
  hook: string,
): Promise<boolean> {
  const known = await fileStat(file);
  const text = (await readIfPresent(file))?.toString();
  const asleep = known !== undefined && (known.mode & 0o111) === 0;
  const block = hookBlock(hook);
  const next = asleep || isSymbolicLink(file) ? undefined : withBlock(text, block);
  if (next === text) return false;
  if (next !== undefined) {
    await ledger.note('block', file);
    await writeFileAtomic(file, next, { mode: known?.mode ?? EXECUTABLE });
    return true;
  }
  await ledger.note('aside', file);
  await putAside(file);
  await writeFileAtomic(file, standIn(hook, block, asleep), { mode: EXECUTABLE });
  return true;
}

/** What stands in the place of a hook that no lines can be put into. */
function standIn(hook: string, block: string, asleep: boolean): string {
  const theirs = asleep ? '' : `exec "$0${ASIDE}" "$@"\n`;
  return `#!/bin/sh\n${block}${isFed(hook) && asleep ? '' : theirs}`;
}

/** Takes ours out of a hook file; what others put there is as it was. */
export async function takeOut(ledger: InstallLedger, file: string): Promise<void> {
  const entry = ledger.entries.find((known) => known.file === file);
  if (entry?.kind === 'aside') {
    await removeIfPresent(file);
    if (existsAt(file + ASIDE)) await moveTo(file + ASIDE, file);
  } else {
    const text = (await readIfPresent(file))?.toString();
    if (text !== undefined && hasBlock(text)) {
      const rest = withoutBlock(text);
      if (rest === '') await removeIfPresent(file);
      else await writeFileAtomic(file, rest, { mode: (await fileStat(file))?.mode });
    }
  }
  await ledger.forget(file);
}
