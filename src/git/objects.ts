import { createHash } from 'node:crypto';
import { GitError } from '../errors.ts';

/** The name of an object: 40 lower-case hex digits, SHA-1. */
export type Oid = string;

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

/** An object's type and its content, without Git's header. */
export interface GitObject {
  type: ObjectType;
  data: Buffer;
}

/** One line of a directory. `mode` is as Git stores it: `100644`, `100755`, `120000`, `40000`, `160000`. */
export interface TreeEntry {
  mode: string;
  name: string;
  oid: Oid;
  /** The name's bytes, only where they are not UTF-8: a rewrite must not change a foreign name. */
  rawName?: Buffer;
}

/** The tree without entries; Git knows it even where it is not stored. */
export const EMPTY_TREE: Oid = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** The object name of this content: what `git hash-object -t type` prints. */
export function hashObject(type: ObjectType, data: Uint8Array): Oid {
  return createHash('sha1').update(`${type} ${data.length}\0`).update(data).digest('hex');
}

/** Whether a mode means a directory. */
export function isDirectory(mode: string): boolean {
  return mode === '40000' || mode === '040000';
}

/** A tree's content in Git's order. Throws GitError for a name Git would refuse (`fsck --strict`). */
export function encodeTree(entries: Iterable<TreeEntry>): Buffer {
  const rows = [...entries].map(encodeRow);
  rows.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const size = rows.reduce((sum, row) => sum + row.head.length + 20, 0);
  const data = Buffer.allocUnsafe(size);
  let at = 0;
  for (const row of rows) {
    at += data.write(row.head, at, 'latin1');
    at += data.write(row.oid, at, 'hex');
  }
  return data;
}

// One character a byte: then comparing strings is comparing bytes, which is Git's order.
function encodeRow({ mode, name, oid, rawName }: TreeEntry) {
  checkName(name);
  const bytes = rawName?.toString('latin1') ?? latin1Of(name);
  const short = mode === '040000' ? '40000' : mode;
  return { key: isDirectory(mode) ? `${bytes}/` : bytes, head: `${short} ${bytes}\0`, oid };
}

function latin1Of(name: string): string {
  return /^[\0-\x7f]*$/.test(name) ? name : Buffer.from(name, 'utf8').toString('latin1');
}

function checkName(name: string): void {
  if (/[/\0]/.test(name) || /^(|\.|\.\.|\.git)$/i.test(name)) {
    throw new GitError(`${JSON.stringify(name)} cannot be a file name in Git`, {
      code: 'bad-path',
      data: { name },
    });
  }
}

/** The entries of a tree's content, in stored order. Throws GitError `corrupt` for a damaged tree. */
export function parseTree(data: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(0x20, at);
    const zero = data.indexOf(0, space);
    if (space < 0 || zero < 0 || zero + 21 > data.length) {
      throw new GitError(`a directory object is damaged at byte ${at}`, { code: 'corrupt' });
    }
    const name = data.toString('utf8', space + 1, zero);
    const entry: TreeEntry = {
      mode: data.toString('latin1', at, space),
      name,
      oid: data.toString('hex', zero + 1, zero + 21),
    };
    if (name.includes('\ufffd')) entry.rawName = data.subarray(space + 1, zero);
    entries.push(entry);
    at = zero + 21;
  }
  return entries;
}

/** Who made a commit, and when: `at` is milliseconds since 1970, stored as whole seconds in UTC. */
export interface Person {
  name: string;
  email: string;
  at: number;
}

export interface Commit {
  tree: Oid;
  parents: Oid[];
  author: Person;
  committer: Person;
  message: string;
}

/** A commit's content, as `git commit-tree` would write it; the message ends with a line feed. Throws GitError for what Git refuses. */
export function encodeCommit(commit: Commit): Buffer {
  if (commit.message.includes('\0')) {
    throw new GitError('a commit message cannot hold a NUL character', { code: 'bad-message' });
  }
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${encodePerson(commit.author)}`,
    `committer ${encodePerson(commit.committer)}`,
  ];
  const end = commit.message.endsWith('\n') ? '' : '\n';
  return Buffer.from(`${lines.join('\n')}\n\n${commit.message}${end}`);
}

function encodePerson({ name, email, at }: Person): string {
  const seconds = Math.floor(at / 1000);
  if (!Number.isSafeInteger(seconds) || seconds < 0) {
    throw new GitError(`a commit cannot be dated ${at}`, { code: 'bad-date' });
  }
  return `${cleanName(name) || cleanName(email) || 'unknown'} <${cleanName(email)}> ${seconds} +0000`;
}

// Git's own rule (ident.c): these characters are dropped anywhere, and those at both ends.
function cleanName(text: string): string {
  const crud = /^[\0-\x20.,:;<>"\\']+|[\0-\x20.,:;<>"\\']+$/g;
  return text.replace(crud, '').replace(/[\n\0<>]/g, '');
}

/** The parts of a commit's content; a signature and other headers are skipped. Throws GitError `corrupt`. */
export function parseCommit(data: Buffer): Commit {
  const end = data.indexOf('\n\n');
  const head = data.toString('utf8', 0, end < 0 ? data.length : end);
  const headers = head.split('\n').filter((line) => !line.startsWith(' '));
  const values = (key: string) =>
    headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const [tree] = values('tree');
  const [author] = values('author');
  const [committer] = values('committer');
  if (tree === undefined || author === undefined || committer === undefined) {
    throw new GitError('a commit object is damaged', { code: 'corrupt' });
  }
  const latin = /^(iso-?8859-?1|latin-?1)$/i.test(values('encoding')[0] ?? '');
  const message = end < 0 ? '' : data.toString(latin ? 'latin1' : 'utf8', end + 2);
  const people = { author: parsePerson(author), committer: parsePerson(committer) };
  return { tree, parents: values('parent'), ...people, message };
}

function parsePerson(text: string): Person {
  const match = /^(.*?) ?<([^>]*)>(?: (-?\d+))?/.exec(text);
  return {
    name: match?.[1] ?? '',
    email: match?.[2] ?? '',
    at: Number(match?.[3] ?? 0) * 1000,
  };
}

/**
 * The trailers of a commit message: the last paragraph, when every line of it is `Key: value` or goes on with one.
 * A key that comes twice keeps both values, on two lines.
 */
export function parseTrailers(message: string): Map<string, string> {
  const paragraphs = message.trimEnd().split(/\n(?:[ \t]*\n)+/);
  const trailers = new Map<string, string>();
  if (paragraphs.length < 2) return trailers;
  let key: string | undefined;
  for (const line of (paragraphs.at(-1) ?? '').split('\n')) {
    const match = /^([A-Za-z0-9-]+)[ \t]*:[ \t]*(.*)$/.exec(line);
    const goesOn = /^[ \t]/.test(line) && key !== undefined;
    if (!match && !goesOn) return new Map();
    if (match) key = match[1] ?? '';
    const before = trailers.get(key ?? '');
    const text = (match?.[2] ?? line).trim();
    const joined = before === undefined ? text : `${before}${match ? '\n' : ' '}${text}`;
    trailers.set(key ?? '', joined);
  }
  return trailers;
}
