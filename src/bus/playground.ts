import { join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { ensureDir, readIfPresent, writeFileAtomic } from '../git/files.ts';
import { fileStat, listFolder, removeTree } from '../git/folders.ts';
import { type ProgramResult, runProgram, thisProgram } from '../git/program.ts';

const NAME = 'comm-node demo';
const EMAIL = 'demo@comm-node';
const GIT_CONFIG = '[init]\n\tdefaultBranch = main\n[commit]\n\tgpgsign = false\n';

/** What runs in a playground; `bd` is Beads. */
export type Program = 'comm-node' | 'git' | 'bd';

/**
 * A folder in which Git and comm-node run as anywhere else, but know nothing of
 * the user's own settings and leave them alone.
 */
export class Playground {
  readonly folder: string;
  readonly #env: Record<string, string | undefined>;

  private constructor(folder: string) {
    this.folder = folder;
    this.#env = environment(folder);
  }

  /** @throws ConfigError when something is there already */
  static async open(folder: string): Promise<Playground> {
    const found = await fileStat(folder);
    if (found && (!found.isFolder || (await listFolder(folder)).length > 0)) {
      throw new ConfigError(`${folder} is ${found.isFolder ? 'not empty' : 'a file'}`, {
        code: 'occupied',
        hint: 'name a folder that does not exist yet, or none: comm-node demo',
      });
    }
    const playground = new Playground(folder);
    // Its home is new: with this folder, a verb that is run again need not be compiled again.
    await ensureDir(join(settings(folder), 'code-cache'));
    await writeFileAtomic(join(settings(folder), 'gitconfig'), GIT_CONFIG);
    return playground;
  }

  /** Runs `comm-node` (the program that is running) or another in a folder of the playground. */
  async run(
    place: string,
    program: Program,
    args: readonly string[],
    signal: AbortSignal,
    input?: string,
  ): Promise<ProgramResult> {
    const { command, args: first } =
      program === 'comm-node' ? thisProgram() : { command: program, args: [] };
    const cwd = join(this.folder, place);
    await ensureDir(cwd);
    return runProgram(command, [...first, ...args], { cwd, env: this.#env, signal, input });
  }

  async write(file: string, text: string): Promise<void> {
    await writeFileAtomic(join(this.folder, file), text);
  }

  async append(file: string, text: string): Promise<void> {
    const path = join(this.folder, file);
    const before = (await readIfPresent(path))?.toString() ?? '';
    await writeFileAtomic(path, before + text);
  }

  async remove(): Promise<void> {
    await removeTree(this.folder);
  }
}

function settings(folder: string): string {
  return join(folder, '.settings');
}

function environment(folder: string): Record<string, string | undefined> {
  return {
    COMM_NODE_HOME: settings(folder),
    COMM_NODE_AGENT: undefined,
    COMM_NODE_REPOSITORY: undefined,
    COMM_NODE_HOOKS: undefined,
    CLAUDE_PROJECT_DIR: undefined,
    GIT_CONFIG_GLOBAL: join(settings(folder), 'gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_COUNT: undefined,
    GIT_CONFIG_PARAMETERS: undefined,
    GIT_TEMPLATE_DIR: undefined,
    GIT_CEILING_DIRECTORIES: folder,
    // Git before 2.32 knows no GIT_CONFIG_GLOBAL; nobody must be asked for a name all the same.
    GIT_AUTHOR_NAME: NAME,
    GIT_AUTHOR_EMAIL: EMAIL,
    GIT_COMMITTER_NAME: NAME,
    GIT_COMMITTER_EMAIL: EMAIL,
    // No database but that of the playground, nothing that stays behind, nobody who is told.
    BEADS_DIR: undefined,
    BEADS_DB: undefined,
    BEADS_NO_DAEMON: '1',
    BD_DISABLE_METRICS: '1',
    FORCE_COLOR: undefined,
    NO_COLOR: '1',
  };
}
