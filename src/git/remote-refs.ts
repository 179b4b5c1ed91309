import { existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Oid } from './objects.ts';
import { listRefs, readRef, refFormat } from './refs.ts';
import { listRemote } from './transport.ts';

const PATIENCE_MS = 5000;

/**
 * Where some refs of a remote stand; it has none that is missing in the answer. A remote on this machine is looked at
 * without Git. An HTTP remote that asks for no password is asked in process (12 ms instead of 25); anything else, and any
 * failure of that, goes through Git. Throws as `listRemote` does.
 */
export async function peekRefs(
  url: string,
  names: readonly string[],
  options: { timeoutMs?: number } = {},
): Promise<Map<string, Oid>> {
  const path = localPath(url);
  const each = (ask: (name: string) => Promise<Oid | undefined>) =>
    Promise.all(names.map(async (name) => [name, await ask(name)] as const));
  if (path !== undefined && (await isBare(path))) {
    return found(await each((name) => readRef(path, name)));
  }
  if (/^https?:\/\//i.test(url) && !goesThroughProxy()) {
    const patience = options.timeoutMs ?? PATIENCE_MS;
    const answers = await each((name) => askInProcess(url, name, patience)).catch(() => undefined);
    if (answers) return found(answers);
  }
  return listRemote(url, [...names], options);
}

function found(answers: readonly (readonly [string, Oid | undefined])[]): Map<string, Oid> {
  return new Map(answers.filter((answer): answer is [string, Oid] => answer[1] !== undefined));
}

/** Whether looking at a remote's refs costs next to nothing, compared with a fetch. */
export async function isCheapToPeek(url: string): Promise<boolean> {
  const path = localPath(url);
  return path !== undefined ? isBare(path) : /^https?:\/\//i.test(url) && !goesThroughProxy();
}

/** All refs of a remote below `folder` (`refs/…/`); a remote on this machine is looked at without Git. Throws as `listRemote` does. */
export async function peekFolder(url: string, folder: string): Promise<Map<string, Oid>> {
  const path = localPath(url);
  if (path !== undefined && (await isBare(path))) return new Map(await listRefs(path, folder));
  return listRemote(url, [`${folder}*`]);
}

/** Where one ref of a remote stands, or undefined when it has none; as `peekRefs`. */
export async function peekRemote(
  url: string,
  name: string,
  options: { timeoutMs?: number } = {},
): Promise<Oid | undefined> {
  return (await peekRefs(url, [name], options)).get(name);
}

function localPath(url: string): string | undefined {
  if (isAbsolute(url)) return url;
  try {
    return url.startsWith('file://') ? fileURLToPath(encodeURI(url)) : undefined;
  } catch {
    return undefined;
  }
}

async function isBare(path: string): Promise<boolean> {
  if (!existsSync(join(path, 'refs'))) return false;
  return (await refFormat(path)).refStorage === 'files';
}

// Git knows how to use one, and which hosts it is for.
function goesThroughProxy(): boolean {
  const names = ['http_proxy', 'https_proxy', 'all_proxy', 'HTTPS_PROXY', 'ALL_PROXY'];
  return names.some((name) => process.env[name]);
}

async function askInProcess(url: string, ref: string, timeoutMs: number) {
  const { listServerRefs } = await import('isomorphic-git');
  const signal = AbortSignal.timeout(timeoutMs);
  const http = { request: (request: Request) => send(request, signal) };
  const refs = await listServerRefs({ http, url, prefix: ref });
  return refs.find((found) => found.ref === ref)?.oid;
}

interface Request {
  url: string;
  method?: string | undefined;
  headers?: Record<string, string> | undefined;
  body?: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | undefined;
}

// The client that isomorphic-git brings has no time limit, and a hanging server would keep the process alive.
async function send(request: Request, signal: AbortSignal) {
  const { url, method = 'GET', headers = {} } = request;
  const secure = url.startsWith('https:');
  const { request: open } = secure ? await import('node:https') : await import('node:http');
  const chunks: Uint8Array[] = [];
  for await (const chunk of request.body ?? []) chunks.push(chunk);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = open(url, { method, headers, signal, agent: false }, resolve);
    outgoing.on('error', reject);
    outgoing.end(Buffer.concat(chunks));
  });
  const flat = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
  return {
    url,
    method,
    headers: Object.fromEntries(flat) as Record<string, string>,
    body: answer[Symbol.asyncIterator](),
    statusCode: answer.statusCode ?? 0,
    statusMessage: answer.statusMessage ?? '',
  };
}
