import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommError } from '../errors.ts';
import { readIfPresent, removeIfPresent, writeFileAtomic } from '../git/files.ts';
import { existsAt, removeEmptyFolders } from '../git/folders.ts';
import { thisProgram } from '../git/program.ts';

/** Where the stubs of a repository are; all its worktrees share them. */
export function stubFolder(commonDir: string): string {
  return join(commonDir, 'comm-node', 'hooks');
}

/** Names the program for the stub of Claude Code, which is committed and so cannot name it itself. */
const PROGRAM = 'program';

/** Writes the stubs that call this program, one for each hook. @returns whether any was new or another */
export async function writeStubs(commonDir: string, hooks: readonly string[]): Promise<boolean> {
  const folder = stubFolder(commonDir);
  const { command, args } = thisProgram();
  const program = resolve(args.at(-1) ?? '');
  const text = (await readStub('git-hook'))
    .replace('@NODE@', () => quoted(command))
    .replace('@PROGRAM@', () => quoted(program))
    .replace('@OPTIONS@', () =>
      args
        .slice(0, -1)
        .map((option) => `${quoted(option)} `)
        .join(''),
    );
  const files = new Map(hooks.map((hook) => [join(folder, hook), text]));
  files.set(join(folder, PROGRAM), `${program}\n`);
  let changed = false;
  for (const [file, content] of files) {
    if ((await readIfPresent(file))?.toString() === content) continue;
    await writeFileAtomic(file, content, { mode: content === text ? 0o755 : 0o644 });
    changed = true;
  }
  return changed;
}

/** The program that the stub of Claude Code starts; undefined when none was ever named. */
export async function programOf(commonDir: string): Promise<string | undefined> {
  return (await readIfPresent(join(stubFolder(commonDir), PROGRAM)))?.toString().trim();
}

/** Deletes the stubs. */
export async function removeStubs(commonDir: string, hooks: readonly string[]): Promise<void> {
  const folder = stubFolder(commonDir);
  for (const name of [...hooks, PROGRAM]) await removeIfPresent(join(folder, name));
  removeEmptyFolders(join(folder, PROGRAM));
}

/** A stub as the package brings it. @throws CommError when the package is not whole */
export async function readStub(name: 'git-hook' | 'stand-in' | 'claude-code.cjs'): Promise<string> {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const data = await readIfPresent(join(at, 'hooks', name));
    if (data && existsAt(join(at, 'package.json'))) return data.toString();
    if (dirname(at) === at) break;
  }
  throw new CommError('package', `the package lacks hooks/${name}`, {
    hint: 'install it again: npm install -g comm-node',
  });
}

/** A word as sh reads it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
