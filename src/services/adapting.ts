import { join } from 'node:path';
import { CommError, ConfigError } from '../errors.ts';
import { runProgram } from '../programs/run-program.ts';
import type { AdapterRule } from '../records/artifact-settings.ts';
import { isArtifactName } from '../records/names.ts';
import { formatDuration } from '../records/time.ts';
import { oneLine } from '../records/visible.ts';
import { readContent } from '../sources/content-file.ts';
import { openScratch, type Scratch } from '../sources/scratch.ts';
import { runApart } from './running-apart.ts';
import type { Surroundings } from './session.ts';

/** What an adapter made. */
export interface Adapted {
  readonly name: string;
  /** What made it, as the record says. */
  readonly adapter: string;
  readonly data: Buffer;
}

/** An adapter may make at most so many bytes. */
const MOST = 10_000_000;
/** No artifact can be called so, and the source is in the same folder. */
const OUTPUT = '.out';
const HINT = 'nothing was published; mend it, or publish without: --no-adapters';

/**
 * Makes one artifact into another, as a rule says.
 * @param source the name of the artifact
 * @throws CommError `adapter-failed` when it does not take the content, does not end in time, or makes nothing
 */
export async function adapt(
  place: Surroundings,
  rule: AdapterRule,
  source: string,
  data: Buffer,
): Promise<Adapted> {
  const name = rule.name.replaceAll('{name}', source.replace(/\.[^.]+$/, ''));
  if (!isArtifactName(name)) {
    throw new ConfigError(
      `comm-node.toml: artifacts.adapters: "${oneLine(name, 60)}" cannot name an artifact`,
      {
        code: 'project-malformed',
        hint: 'for example: name = "{name}.d.ts"',
      },
    );
  }
  const { by } = rule;
  const adapter = 'builtin' in by ? by.builtin : oneLine(by.command, 200);
  const scratch = await openScratch(join(place.home, 'tmp'), place.ids());
  try {
    const input = await scratch.write(source, data);
    const made =
      'builtin' in by
        ? await runBuiltIn(place, rule, adapter, input)
        : await runAdapter(place, rule, by.command, scratch, input);
    return { name, adapter, data: made };
  } finally {
    await scratch.remove();
  }
}

async function runBuiltIn(
  place: Surroundings,
  { timeoutMs }: AdapterRule,
  adapter: string,
  input: string,
): Promise<Buffer> {
  const words = ['artifact', 'types', input];
  const ended = await runApart(place, words, { timeoutMs, keepBytes: 2 * MOST });
  if (ended.timedOut) throw failed(adapter, `did not end within ${formatDuration(timeoutMs)}`, '');
  if (ended.refusal !== undefined)
    throw new CommError('adapter-failed', ended.refusal, { hint: HINT, data: { adapter } });
  const { text } = (ended.data ?? {}) as { readonly text?: string };
  if (text === undefined) throw failed(adapter, 'was killed, or ran out of memory', '');
  const made = Buffer.from(text);
  if (made.length <= MOST) return made;
  throw failed(adapter, `made more than ${MOST} bytes`, '');
}

/** Runs a command on a copy of the content, in a folder of its own. */
async function runAdapter(
  place: Surroundings,
  { timeoutMs }: AdapterRule,
  command: string,
  scratch: Scratch,
  input: string,
): Promise<Buffer> {
  const output = join(scratch.folder, OUTPUT);
  const line = command.replaceAll('{in}', quoted(input)).replaceAll('{out}', quoted(output));
  const ended = await runProgram({ shell: line }, { cwd: place.cwd, timeoutMs, keepBytes: 4000 });
  const said = ended.output.trim().slice(-600);
  if (ended.timedOut) {
    throw failed(command, `did not end within ${formatDuration(timeoutMs)}`, said);
  }
  if (ended.code !== 0) throw failed(command, `ended with exit code ${ended.code}`, said);
  const made = await scratch.read(OUTPUT, (path) => readContent(path, MOST));
  if (made === undefined) throw failed(command, 'wrote nothing to {out}', said);
  if (!('data' in made)) throw failed(command, `made more than ${MOST} bytes`, said);
  return made.data;
}

function quoted(path: string): string {
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", `'\\''`)}'`;
}

function failed(command: string, how: string, said: string): CommError {
  const why = said === '' ? '' : `: ${said}`;
  return new CommError('adapter-failed', `the adapter "${oneLine(command, 100)}" ${how}${why}`, {
    hint: HINT,
    data: { command, output: said },
  });
}
