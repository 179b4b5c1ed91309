import { join } from 'node:path';
import { CommError, ConfigError } from '../errors.ts';
import { runProgram } from '../programs/run-program.ts';
import type { AdapterRule } from '../records/artifact-settings.ts';
import { isArtifactName } from '../records/names.ts';
import { formatDuration } from '../records/time.ts';
import { oneLine } from '../records/visible.ts';
import { readContent } from '../sources/content-file.ts';
import { openScratch } from '../sources/scratch.ts';
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
  if ('builtin' in rule.by) {
    const { readOpenapi } = await import('../records/openapi.ts');
    const look = readOpenapi(data.toString('utf8'));
    if ('fault' in look) throw malformed(source, look.fault);
    const { openapiTypes } = await import('../sources/openapi-types.ts');
    const text = await openapiTypes(look.document, source);
    return { name, adapter: rule.by.builtin, data: Buffer.from(text) };
  }
  const { command } = rule.by;
  return {
    name,
    adapter: oneLine(command, 200),
    data: await runAdapter(place, rule, command, source, data),
  };
}

/** Runs a command on a copy of the content, in a folder of its own that goes away. */
async function runAdapter(
  place: Surroundings,
  { timeoutMs }: AdapterRule,
  command: string,
  source: string,
  data: Buffer,
): Promise<Buffer> {
  const scratch = await openScratch(join(place.home, 'tmp'), place.ids());
  try {
    const input = await scratch.write(source, data);
    const output = join(scratch.folder, 'out');
    const line = command.replaceAll('{in}', quoted(input)).replaceAll('{out}', quoted(output));
    const ended = await runProgram({ shell: line }, { cwd: place.cwd, timeoutMs, keepBytes: 4000 });
    const said = ended.output.trim().slice(-600);
    if (ended.timedOut)
      throw failed(command, `did not end within ${formatDuration(timeoutMs)}`, said);
    if (ended.code !== 0) throw failed(command, `ended with exit code ${ended.code}`, said);
    const made = await scratch.read('out', (path) => readContent(path, MOST));
    if (made === undefined) throw failed(command, 'wrote nothing to {out}', said);
    if (!('data' in made)) throw failed(command, `made more than ${MOST} bytes`, said);
    return made.data;
  } finally {
    await scratch.remove();
  }
}

function malformed(source: string, fault: string): CommError {
  return new CommError('adapter-failed', `${source} is no OpenAPI 3 document: ${fault}`, {
    hint: 'nothing was published; mend the document, or publish without: --no-adapters',
    data: { source, fault },
  });
}

function quoted(path: string): string {
  return process.platform === 'win32' ? `"${path}"` : `'${path.replaceAll("'", `'\\''`)}'`;
}

function failed(command: string, how: string, said: string): CommError {
  const why = said === '' ? '' : `: ${said}`;
  return new CommError('adapter-failed', `the adapter "${oneLine(command, 100)}" ${how}${why}`, {
    hint: 'nothing was published; mend it, or publish without: --no-adapters',
    data: { command, output: said },
  });
}
