import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built program: what users run is what is tested. */
export const BIN: string = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment; by default a sandbox's, or else this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Standard input; empty by default. */
  readonly input?: string;
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON document on stdout. */
  json(): Envelope;
}

export interface Envelope {
  readonly ok: boolean;
  readonly command: string | null;
  readonly data: Record<string, unknown>;
  readonly error: {
    code: string;
    message: string;
    hint: string | null;
    data: Record<string, unknown>;
  };
}

/** Runs `comm-node …` as a process of its own, to its end. */
export async function runCli(
  args: readonly string[],
  options: RunOptions = {},
): Promise<CliResult> {
  const { code, stdout, stderr } = await runProcess(process.execPath, [BIN, ...args], options);
  return { code, stdout, stderr, json: () => JSON.parse(stdout) };
}

/** Runs any program to its end. */
export async function runProcess(file: string, args: readonly string[], options: RunOptions = {}) {
  const child = spawn(file, args, { cwd: options.cwd, env: { ...(options.env ?? process.env) } });
  // A program that does not read its input may be gone before it is written.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, stdout: stdout(), stderr: stderr() };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
