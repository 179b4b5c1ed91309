import { type ArtifactRef, formatArtifactRef, parseArtifactRef } from './artifact-ref.ts';
import { type MessageType, messageTypes } from './message.ts';
import { isName, nearest } from './names.ts';
import { formatDuration, parseDuration } from './time.ts';

export const contentSchemas = ['openapi', 'json-schema', 'json', 'yaml'] as const;
export type ContentSchema = (typeof contentSchemas)[number];

/** One thing that must be true before a task is done. */
export type Item =
  | {
      readonly what: 'artifact';
      readonly ref: ArtifactRef;
      readonly kind?: string;
      /** Its content must parse as this. */
      readonly schema?: ContentSchema;
      /** How long that may take. */
      readonly timeoutMs?: number;
    }
  | { readonly what: 'command'; readonly line: string; readonly timeoutMs: number }
  | { readonly what: 'message'; readonly type: MessageType; readonly to: string }
  | { readonly what: 'boundaries' }
  | { readonly what: 'file'; readonly path: string }
  /** Ticked by hand. */
  | { readonly what: 'box'; readonly text: string };

/** A command of a contract may take this long if it does not say: milliseconds. */
export const COMMAND_TIMEOUT_MS = 600_000;

const WORDS = ['artifact', 'command', 'message', 'boundaries', 'file', 'box'] as const;
const HEAD = /^([A-Za-z]+)(?: ([0-9][0-9a-z]*))?:\s*(.*)$/;

/**
 * Reads an item of a contract: `artifact: backend/api.yaml@3 kind=openapi schema=openapi`,
 * `command 10m: npm test`, `message: completion to frontend`, `boundaries`, `file: docs/api.md`,
 * or any other text, which is a box to tick. What looks like a slip of the pen is a fault.
 */
export function parseItem(text: string): Item | { readonly fault: string } {
  if (text === 'boundaries') return { what: 'boundaries' };
  const [, word = '', duration, rest = ''] = HEAD.exec(text) ?? [];
  const known = WORDS.find((one) => one === word.toLowerCase());
  if (duration !== undefined && known !== 'command') return { what: 'box', text };
  if (known === 'artifact') return artifactItem(rest);
  if (known === 'command') return commandItem(rest, duration);
  if (known === 'message') return messageItem(rest);
  if (known === 'file') return fileItem(rest);
  if (known === 'box' && rest !== '') return { what: 'box', text: rest };
  if (known === 'boundaries') return { what: 'boundaries' };
  const [meant] = word === '' ? [] : nearest(word, WORDS);
  if (meant !== undefined) return { fault: `"${word}:" is no kind of check; ${meant}: is one` };
  return { what: 'box', text };
}

/** The inverse of {@link parseItem}. */
export function formatItem(item: Item): string {
  switch (item.what) {
    case 'artifact': {
      const kind = item.kind === undefined ? '' : ` kind=${item.kind}`;
      const schema = item.schema === undefined ? '' : ` schema=${item.schema}`;
      const limit =
        item.timeoutMs === undefined ? '' : ` timeout=${formatDuration(item.timeoutMs)}`;
      return `artifact: ${formatArtifactRef(item.ref)}${kind}${schema}${limit}`;
    }
    case 'command': {
      const own = item.timeoutMs !== COMMAND_TIMEOUT_MS;
      return `command${own ? ` ${formatDuration(item.timeoutMs)}` : ''}: ${item.line}`;
    }
    case 'message':
      return `message: ${item.type} to ${item.to}`;
    case 'boundaries':
      return 'boundaries';
    case 'file':
      return `file: ${item.path}`;
    case 'box':
      return 'what' in parseItem(item.text) && sameBox(item.text) ? item.text : `box: ${item.text}`;
  }
}

function sameBox(text: string): boolean {
  const again = parseItem(text);
  return 'what' in again && again.what === 'box' && again.text === text;
}

function artifactItem(rest: string): Item | { readonly fault: string } {
  const [name = '', ...options] = rest.split(/\s+/);
  const ref = parseArtifactRef(name);
  if (!ref) return { fault: `"${name}" is no artifact: write domain/name[@version]` };
  let kind: string | undefined;
  let schema: ContentSchema | undefined;
  let timeoutMs: number | undefined;
  for (const option of options.filter(Boolean)) {
    const [key, value = ''] = option.split('=', 2);
    if (key === 'kind' && value !== '') kind = value;
    else if (key === 'schema') {
      schema = contentSchemas.find((one) => one === value);
      if (!schema) return { fault: `schema=${value}: it is one of ${contentSchemas.join(', ')}` };
    } else if (key === 'timeout') {
      timeoutMs = durationOf(value);
      if (timeoutMs === undefined) return { fault: `"${value}" is no duration: write timeout=30s` };
    } else return { fault: `"${option}": after an artifact stands kind=…, schema=… or timeout=…` };
  }
  if (timeoutMs !== undefined && schema === undefined)
    return { fault: 'timeout=… says how long schema=… may take, and there is none' };
  return {
    ...{ what: 'artifact', ref },
    ...(kind ? { kind } : {}),
    ...(schema ? { schema } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}

/** Milliseconds; undefined if it is no duration, or none at all. */
function durationOf(text: string): number | undefined {
  try {
    const ms = parseDuration(text);
    return ms > 0 ? ms : undefined;
  } catch {
    return undefined;
  }
}

function commandItem(
  line: string,
  duration: string | undefined,
): Item | { readonly fault: string } {
  if (line === '') return { fault: 'a command is missing: write command: npm test' };
  if (duration === undefined) return { what: 'command', line, timeoutMs: COMMAND_TIMEOUT_MS };
  const timeoutMs = durationOf(duration);
  if (timeoutMs !== undefined) return { what: 'command', line, timeoutMs };
  return { fault: `"${duration}" is no duration: write command 10m: ${line}` };
}

function messageItem(rest: string): Item | { readonly fault: string } {
  const [, word = '', to = ''] = /^(\S+) to (\S+)$/.exec(rest) ?? [];
  const type = messageTypes.find((one) => one === word);
  const isKnown = to === 'all' || isName('agent', to);
  if (type && isKnown) return { what: 'message', type, to };
  const [meant] = nearest(word, messageTypes);
  const hint = type || !meant ? 'message: completion to frontend' : `message: ${meant} to ${to}`;
  return { fault: `"${rest}": write ${hint}` };
}

function fileItem(path: string): Item | { readonly fault: string } {
  if (isInside(path)) return { what: 'file', path };
  return { fault: `"${path}" is no path inside the repository, seen from its root` };
}

/** Whether a path, seen from a root, stays below it on every system. */
export function isInside(path: string): boolean {
  if (path === '' || path.includes('\\') || path.startsWith('/') || /^[A-Za-z]:/.test(path))
    return false;
  return path.split('/').every((part) => part !== '' && part !== '..' && part !== '.');
}

/** What a task will publish. */
export interface Product {
  readonly name: string;
  readonly kind?: string;
  /** Where its file lies in the repository. */
  readonly path?: string;
}

/** Reads `api.yaml kind=openapi path=docs/api.yaml`; undefined if it is none. */
export function parseProduct(text: string): Product | undefined {
  const [, name = '', kind, path] =
    /^(\S+)(?: kind=(\S+))?(?: path=(\S.*))?$/.exec(text.trim()) ?? [];
  if (parseArtifactRef(`domain/${name}`) === undefined || name.includes('@')) return undefined;
  if (path !== undefined && !isInside(path)) return undefined;
  return { name, ...(kind ? { kind } : {}), ...(path ? { path } : {}) };
}

/** The inverse of {@link parseProduct}. */
export function formatProduct({ name, kind, path }: Product): string {
  return `${name}${kind ? ` kind=${kind}` : ''}${path ? ` path=${path}` : ''}`;
}
