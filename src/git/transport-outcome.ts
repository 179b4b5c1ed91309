import type { Oid } from './objects.ts';

/**
 * Why a remote could not be used. `offline`: not reached, or its folder is gone; `denied`: it refused us; `missing`: it
 * answered that it has no such repository or ref; `corrupt`: objects are damaged on one side; `other`: see the message.
 */
export type FailureReason = 'offline' | 'denied' | 'missing' | 'corrupt' | 'other';

export interface TransportFailure {
  ok: false;
  reason: FailureReason;
  /** One sentence: what Git or the remote said. */
  message: string;
  stderr: string;
}

export type FetchOutcome = { ok: true } | TransportFailure;

/**
 * What became of one pushed ref. `stale`: somebody was first, fetch and decide again; `declined`: a hook or a rule of the
 * remote said no; `error`: the remote could not store it (a full disk).
 */
export interface PushedRef {
  status: 'ok' | 'up-to-date' | 'stale' | 'declined' | 'error';
  message: string;
}

/** `ok` means that the remote answered for every ref; look at each. */
export type PushOutcome = { ok: true; refs: Map<string, PushedRef> } | TransportFailure;

export type RemoteRefs = { ok: true; refs: Map<string, Oid> } | TransportFailure;

// Read with LC_ALL=C; texts of Git 2.30 to 2.50, OpenSSH and libcurl. The first that matches wins.
const REASONS: [FailureReason, RegExp][] = [
  ['other', /No space left on device|Disk quota exceeded/i],
  [
    'denied',
    /Authentication failed|could not read (Username|Password)|Permission denied|returned error: (401|403)|access denied|dubious ownership|insufficient permission|not authori[sz]ed|Host key verification failed/i,
  ],
  ['missing', /couldn't find remote ref|^fatal: repository '.*' not found|returned error: 404/im],
  [
    'corrupt',
    /is corrupt|bad object|missing (blob|tree|commit)|inflate: data stream error|did not send all necessary objects|fsck error|unable to read (tree|sha1 file|[0-9a-f]{40})|repository corruption|object file .* is empty/i,
  ],
  [
    'offline',
    /Could not resolve (host|proxy)|Connection (refused|reset|closed|timed out)|Operation timed out|timed out|Network is (down|unreachable)|No route to host|Could not read from remote repository|does not appear to be a git repository|unable to access|Failed to connect|Couldn't connect|name resolution|Name or service not known|early EOF|hung up unexpectedly|RPC failed|returned error: 5\d\d|unable to look up/i,
  ],
];

/** Reads a failed command's stderr. */
export function failureFrom(stderr: string, timedOut: number | undefined): TransportFailure {
  if (timedOut !== undefined) {
    const message = `the remote did not answer within ${timedOut} ms`;
    return { ok: false, reason: 'offline', message, stderr };
  }
  const reason = REASONS.find(([, pattern]) => pattern.test(stderr))?.[0] ?? 'other';
  return { ok: false, reason, message: sentenceOf(stderr), stderr };
}

/** What the remote itself said, without the `remote:` that Git puts before each line. */
export function remoteLines(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.startsWith('remote: '));
  return lines
    .map((line) => line.slice('remote: '.length).trimEnd())
    .join('\n')
    .trim();
}

function sentenceOf(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) => /^(fatal|error|ERROR|ssh|remote): ?\S/.test(line));
  const disk = lines.find((line) => /No space left|quota exceeded/i.test(line));
  const line = disk ?? telling[0] ?? lines.find((text) => text !== '') ?? 'git gave no reason';
  return line.replace(/^(fatal|error|remote): /, '');
}

/** Reads `git push --porcelain`, whose lines come on success and failure alike; keyed by the remote's ref name. */
export function parsePush(stdout: string, stderr: string): Map<string, PushedRef> {
  const refs = new Map<string, PushedRef>();
  for (const line of stdout.split('\n')) {
    const match = /^([ +\-*!=])\t([^\t]*):([^\t:]+)\t(.*)$/.exec(line);
    if (!match) continue;
    const [, flag = '', , name = '', summary = ''] = match;
    refs.set(name, pushedRef(flag, summary, stderr));
  }
  return settleAtomic(refs);
}

function pushedRef(flag: string, summary: string, stderr: string): PushedRef {
  if (flag === '=') return { status: 'up-to-date', message: summary };
  if (flag !== '!') return { status: 'ok', message: summary };
  const status = rejection(summary, stderr);
  const said = status === 'stale' ? '' : remoteLines(stderr);
  return { status, message: said === '' ? summary : `${said}\n${summary}`.trim() };
}

const FIRST_COME =
  /non-fast-forward|fetch first|stale info|needs force|already exists|cannot lock ref|failed to (update ref|lock)|but expected|incorrect old value|remote ref updated|unable to (lock|resolve) reference/i;
const DECLINED =
  /declined|prohibited|denying|denied|checked out|protected|hidden ref|not allowed|rule violation/i;

function rejection(summary: string, stderr: string): PushedRef['status'] {
  if (/No space left|quota exceeded|unpacker error/i.test(`${summary} ${stderr}`)) return 'error';
  if (FIRST_COME.test(summary)) return 'stale';
  if (DECLINED.test(summary)) return 'declined';
  return 'error';
}

/** With `--atomic` the innocent refs fail too; they fail for the guilty one's reason. */
function settleAtomic(refs: Map<string, PushedRef>): Map<string, PushedRef> {
  const isInnocent = (ref: PushedRef) => /atomic (push|transaction) failed/.test(ref.message);
  const all = [...refs.values()];
  const failed = all.find((ref) => !['ok', 'up-to-date'].includes(ref.status) && !isInnocent(ref));
  const status = failed?.status ?? 'stale';
  return new Map(
    [...refs].map(([name, ref]) => [name, isInnocent(ref) ? { ...ref, status } : ref]),
  );
}
