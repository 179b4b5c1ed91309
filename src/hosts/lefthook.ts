import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { readIfPresent } from '../git/files.ts';
import { existsAt } from '../git/folders.ts';
import { runProgram } from '../git/program.ts';
import { lefthookFile } from './hook-manager.ts';
import type { HookPlace } from './hook-place.ts';
import type { InstallLedger } from './install-ledger.ts';
import {
  LEFTHOOK_EXTENSION,
  lefthookExtension,
  withExtension,
  withoutExtension,
} from './lefthook-file.ts';

/** Makes our hooks jobs of lefthook, in a file that its configuration takes in: so they outlive its installs. */
export async function putIntoLefthook(
  place: HookPlace,
  ledger: InstallLedger,
  hooks: readonly string[],
): Promise<{ changed: boolean; todo?: string }> {
  const name = (await lefthookFile(place.top)) ?? 'lefthook.yml';
  const file = join(place.top, name);
  const text = (await readIfPresent(file))?.toString() ?? '';
  const next = withExtension(text);
  if (next === undefined) {
    throw new ConfigError(`${name} has its extends on one line, and nothing can be added to it`, {
      hint: 'write it as a list, one item a line, then run comm-node hooks install',
      data: { file },
    });
  }
  const extension = join(place.top, LEFTHOOK_EXTENSION);
  // The files of hooks that lefthook has nothing for are ours alone.
  const shared = hooks.filter((hook) => new RegExp(`^${hook}:`, 'm').test(text));
  if (shared.length === 0) return { changed: false };
  const extended = await ledger.edit(extension, lefthookExtension(shared));
  const changed = (await ledger.edit(file, next)) || extended;
  if (!changed) return { changed };
  return (await sync(place.top)) ? { changed } : { changed, todo: 'lefthook install' };
}

/** Takes our jobs out. @returns how to let lefthook know, if it had any */
export async function takeOutOfLefthook(ledger: InstallLedger) {
  const extension = ledger.entries.find(({ file }) => file.endsWith(LEFTHOOK_EXTENSION));
  if (!extension) return undefined;
  for (const { kind, file } of ledger.entries) {
    if (kind === 'edited') await ledger.undo(file, withoutExtension);
  }
  return { sync };
}

/** Lefthook writes the files of its hooks when it is told to; without a program of that name, not. */
async function sync(top: string): Promise<boolean> {
  const own = join(top, 'node_modules', '.bin', 'lefthook');
  try {
    const { code } = await runProgram(existsAt(own) ? own : 'lefthook', ['install'], { cwd: top });
    return code === 0;
  } catch {
    return false;
  }
}
