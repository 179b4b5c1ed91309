import { existsSync } from 'node:fs';
import { appendFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GitError, OfflineError } from '../errors.ts';
import { setLocal } from './config.ts';
import { ensureDir, errorCode, explainFileError, temporaryBeside } from './files.ts';
import type { Oid } from './objects.ts';
import { explainSpawn, gitEnvironment } from './process.ts';
import {
  type FetchOutcome,
  failureFrom,
  type PushOutcome,
  parsePush,
  type TransportFailure,
} from './transport-outcome.ts';

export type {
  FetchOutcome,
  PushedRef,
  PushOutcome,
  TransportFailure,
} from './transport-outcome.ts';

interface Limits {
  /** Milliseconds for the whole transfer; default without end. */
  timeoutMs?: number | undefined;
  /** Ends it early; then nobody knows how far it came. */
  signal?: AbortSignal | undefined;
}

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
  timedOut: number | undefined;
}

// simple-git refuses these unless told, for programs that pass strangers' text to Git. What stands in the user's own
// environment (ssh command, askpass, proxy, configuration) is theirs to choose. `allowUnsafePack` stays off: together
// with `--` before every URL it keeps a URL from being taken for `--upload-pack=COMMAND`.
const USERS_OWN = {
  allowUnsafeAskPass: true,
  allowUnsafeConfigEnvCount: true,
  allowUnsafeConfigPaths: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeDiffExternal: true,
  allowUnsafeEditor: true,
  allowUnsafeExec: true,
  allowUnsafeGitProxy: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
  allowUnsafeTemplateDir: true,
  allowUnsafeUrlRewrite: true,
};

/** Never pass `-q`: simple-git waits 50 ms after a command that printed nothing. */
async function run(args: string[], gitDir: string | undefined, limits: Limits): Promise<Ran> {
  const { simpleGit } = await import('simple-git');
  const env = gitEnvironment({ GIT_DEFAULT_HASH: 'sha1', GIT_DEFAULT_REF_FORMAT: 'files' });
  const ran: Ran = { code: 0, stdout: '', stderr: '', timedOut: undefined };
  const abort = new AbortController();
  const stop = () => {
    ran.timedOut = limits.timeoutMs ?? 0;
    abort.abort();
  };
  const timer = limits.timeoutMs === undefined ? undefined : setTimeout(stop, limits.timeoutMs);
  limits.signal?.addEventListener('abort', stop, { once: true });
  const where = gitDir === undefined ? [] : [`--git-dir=${gitDir}`];
  try {
    const git = simpleGit({
      baseDir: gitDir ?? process.cwd(),
      abort: abort.signal,
      allowEnvironment: Object.keys(env),
      unsafe: USERS_OWN,
      errors: (error, result) => {
        ran.code = result.exitCode;
        ran.stderr = Buffer.concat(result.stdErr).toString();
        ran.stdout = Buffer.concat(result.stdOut).toString();
        return ran.code < 0 ? error : undefined;
      },
    }).env(env);
    const text = await git.raw([...where, ...args]);
    if (ran.stdout === '') ran.stdout = text;
  } catch (error) {
    if (ran.timedOut === undefined) throw explainRun(error, ran, gitDir);
  } finally {
    clearTimeout(timer);
    limits.signal?.removeEventListener('abort', stop);
  }
  return ran;
}

function explainRun(error: unknown, ran: Ran, gitDir: string | undefined): Error {
  const text = error instanceof Error ? error.message : String(error);
  if (gitDir !== undefined && !existsSync(gitDir)) return explainSpawn(error, gitDir);
  if (/spawn git ENOENT/.test(`${text} ${ran.stderr}`)) {
    return explainSpawn(Object.assign(new Error(text), { code: 'ENOENT' }), undefined);
  }
  return new GitError(`git could not be run: ${text}`, { cause: error });
}

/**
 * Makes a bare repository with branch `main`, SHA-1 and ref files, whatever the user's defaults, and configures it.
 * It appears under `path` whole: of two processes that do this at once one gets 'exists'. Throws CommError when it cannot be written.
 */
export async function createBare(
  path: string,
  config: Record<string, string>,
): Promise<'created' | 'exists'> {
  if (existsSync(join(path, 'HEAD'))) return 'exists';
  await ensureDir(dirname(path));
  const fresh = temporaryBeside(path);
  try {
    // An empty template: no sample hooks, and nothing of the user's.
    const args = ['init', '--bare', '--template=', '--initial-branch=main', '--', fresh];
    const made = await run(args, undefined, {});
    if (made.code !== 0) throw new GitError(`cannot create ${path}: ${made.stderr.trim()}`);
    await appendFile(join(fresh, 'config'), configText(config));
    await rename(fresh, path);
    return 'created';
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(errorCode(error)) && existsSync(join(path, 'HEAD'))) {
      return 'exists';
    }
    throw explainFileError(error, 'create the repository', path);
  }
}

function configText(config: Record<string, string>): string {
  const lines = Object.entries(config).map(([key, value]) => {
    const [section, name] = [key.slice(0, key.indexOf('.')), key.slice(key.lastIndexOf('.') + 1)];
    const middle = key.slice(section.length + 1, -name.length - 1);
    const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
    return `[${section}${middle === '' ? '' : ` ${quote(middle)}`}]\n\t${name} = ${quote(value)}\n`;
  });
  return lines.join('');
}

/** A bare repository with the remote `origin`, filled by these refspecs. Should the fetch fail, the repository stays, empty. */
export async function cloneMirror(
  url: string,
  path: string,
  options: Limits & { refspecs: string[]; config?: Record<string, string> },
): Promise<FetchOutcome> {
  await createBare(path, { ...options.config, 'remote.origin.url': url });
  return fetchRefs(path, url, options.refspecs, options);
}

/** Names a remote in a repository, or changes where it is. */
export async function addRemote(gitDir: string, name: string, url: string): Promise<void> {
  await setLocal(gitDir, `remote.${name}.url`, url);
}

/**
 * Fetches refs from a URL (or an absolute path). Two fetches into the same refs at once fail: only one process should.
 * `prune` deletes local refs that the refspecs cover and the remote no longer has.
 */
export async function fetchRefs(
  gitDir: string,
  url: string,
  refspecs: string[],
  options: Limits & { prune?: boolean } = {},
): Promise<FetchOutcome> {
  const flags = [
    '-v',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-auto-gc',
    '--no-recurse-submodules',
  ];
  const prune = options.prune ? ['--prune'] : ['--no-prune'];
  const args = ['fetch', ...flags, ...prune, '--', url, ...refspecs];
  const ran = await run(args, gitDir, options);
  return ran.code === 0 && ran.timedOut === undefined ? { ok: true } : failureOf(ran);
}

/**
 * Pushes refs to a URL; a refspec without `+` is a compare-and-swap of the remote's branch. `leases` tells what a ref must
 * hold (undefined: it must not be there) to be forced. After a timeout or a cut connection nobody knows whether it
 * landed: fetch and look.
 */
export async function pushRefs(
  gitDir: string,
  url: string,
  refspecs: string[],
  options: Limits & { atomic?: boolean; leases?: ReadonlyMap<string, Oid | undefined> } = {},
): Promise<PushOutcome> {
  const flags = [
    '--porcelain',
    '--no-verify',
    '--no-follow-tags',
    '--no-signed',
    '--recurse-submodules=no',
  ];
  const atomic = options.atomic ? ['--atomic'] : [];
  const leases = [...(options.leases ?? [])].map(
    ([name, oid]) => `--force-with-lease=${name}:${oid ?? ''}`,
  );
  const args = ['push', ...flags, ...atomic, ...leases, '--', url, ...refspecs];
  const ran = await run(args, gitDir, options);
  const refs = parsePush(ran.stdout, ran.stderr);
  const answered = ran.timedOut === undefined && refs.size > 0;
  return answered || (ran.code === 0 && ran.timedOut === undefined)
    ? { ok: true, refs }
    : failureOf(ran);
}

function failureOf(ran: Ran): TransportFailure {
  return failureFrom(ran.stderr, ran.timedOut);
}

/** The remote's refs that match the patterns (all without any). Throws OfflineError, or GitError with `data.reason`. */
export async function listRemote(
  url: string,
  patterns: string[],
  limits: Limits = {},
): Promise<Map<string, Oid>> {
  const ran = await run(['ls-remote', '--', url, ...patterns], undefined, limits);
  if (ran.code !== 0 || ran.timedOut !== undefined) throw unreachable(url, failureOf(ran));
  const refs = new Map<string, Oid>();
  for (const line of ran.stdout.split('\n')) {
    const [oid, name] = line.split('\t');
    if (oid && name) refs.set(name, oid);
  }
  return refs;
}

function unreachable(url: string, failure: TransportFailure): Error {
  const { reason, message, stderr } = failure;
  const text = `cannot read ${url}: ${message}`;
  const details = { data: { url, reason, stderr } };
  const hint = 'check the address and the network, then run the command again';
  return reason === 'offline'
    ? new OfflineError(text, { ...details, hint })
    : new GitError(text, details);
}
