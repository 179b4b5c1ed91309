import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GitError } from '../errors.ts';
import { BatchParser, type Parsed } from './batch-parser.ts';
import type { GitObject, Oid } from './objects.ts';
import { explainSpawn, runGit, spawnGit } from './process.ts';

/** From here on a process of its own with buffered output is cheaper: 20 µs an object instead of 150. */
const BULK = 200;
/** Trees and commits kept, in bytes of content. */
const CACHE_BYTES = 16 << 20;

interface Waiter {
  resolve(parsed: Parsed): void;
  reject(error: Error): void;
}

/**
 * Reads the objects of one repository through one long-lived `git cat-file --batch`, started by the first read.
 * The process is kept alive only while a read is under way. `close()` when done; reading again starts anew.
 */
export class ObjectReader {
  readonly #gitDir: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #made = new Map<Oid, GitObject>();
  readonly #cache = new Map<Oid, GitObject>();
  #cached = 0;
  #child: ChildProcessWithoutNullStreams | undefined;
  #waiters: Waiter[] = [];

  /** @param env what Git must be told of the repository beside its folder: the quarantine of a push */
  constructor(gitDir: string, env: Readonly<Record<string, string>> = {}) {
    this.#env = env;
    this.#gitDir = gitDir;
  }

  /** Hands in an object that was just made and may not be in the store yet; kept until `forget`. */
  remember(oid: Oid, object: GitObject): void {
    this.#made.set(oid, object);
  }

  /** Drops what was remembered, once it is stored or given up. */
  forget(): void {
    this.#made.clear();
  }

  /** An object by name, or undefined when the repository has none. Throws GitError when Git fails or the store is damaged. */
  async read(oid: Oid): Promise<GitObject | undefined> {
    const known = this.#known(oid);
    if (known) return known;
    if (!/^[0-9a-f]{40,64}$/.test(oid)) throw notAnOid(oid);
    const { object } = await this.#ask(oid);
    if (object) this.#keep(oid, object);
    else this.#refuseDamage(oid);
    return object;
  }

  /** Whether the repository has an object of that name; nothing of it is read. */
  async has(oid: Oid): Promise<boolean> {
    if (this.#known(oid)) return true;
    const options = { gitDir: this.#gitDir, env: this.#env };
    return (await runGit(['cat-file', '-e', oid], options)).code === 0;
  }

  /**
   * Objects in the order of their names, undefined for one that is missing. Reads no faster than it is consumed,
   * so that 100 000 blobs need little memory; large requests run in a process of their own.
   */
  async *readMany(oids: readonly Oid[]): AsyncGenerator<GitObject | undefined> {
    const unknown = oids.filter((oid) => this.#known(oid) === undefined);
    if (unknown.length >= BULK) return yield* this.#readBulk(oids, unknown);
    const asked = oids.map((oid) => this.read(oid));
    // One that fails must not count as unhandled while an earlier one is awaited.
    for (const answer of asked) answer.catch(() => {});
    for (const answer of asked) yield await answer;
  }

  /** Ends the process; reads that wait for it fail. */
  close(): void {
    this.#child?.kill();
    this.#fail(new GitError('the object reader was closed', { code: 'closed' }));
    this.#child = undefined;
  }

  async *#readBulk(oids: readonly Oid[], unknown: readonly Oid[]) {
    const held = new Map(oids.map((oid) => [oid, this.#known(oid)]));
    let next = 0;
    for await (const { object } of this.#stream(unknown)) {
      for (let known = held.get(oids[next] ?? ''); known; known = held.get(oids[next] ?? '')) {
        next++;
        yield known;
      }
      if (!object) this.#refuseDamage(oids[next] ?? '');
      next++;
      yield object;
    }
    for (; next < oids.length; next++) yield held.get(oids[next] ?? '');
  }

  async *#stream(oids: readonly Oid[]): AsyncGenerator<Parsed> {
    const child = spawnGit(['cat-file', '--batch', '--buffer'], {
      gitDir: this.#gitDir,
      env: this.#env,
    });
    const ended = outcomeOf(child);
    child.stdin.on('error', () => {});
    child.stdin.end(`${oids.join('\n')}\n`);
    const parser = new BatchParser();
    let count = 0;
    try {
      for await (const chunk of child.stdout) {
        for (const parsed of parser.push(chunk)) {
          count++;
          yield parsed;
        }
      }
      const failure = await ended;
      if (count < oids.length) throw failure;
    } finally {
      child.kill();
    }
  }

  // Git calls a file it cannot understand "missing" too.
  #refuseDamage(oid: Oid): void {
    const file = join(this.#gitDir, 'objects', oid.slice(0, 2), oid.slice(2));
    if (!existsSync(file)) return;
    const hint = `git --git-dir=${this.#gitDir} fsck shows the damage; a fetch brings a good copy once ${file} is gone`;
    throw new GitError(`the object ${oid} is damaged`, {
      code: 'corrupt',
      hint,
      data: { oid, path: file },
    });
  }

  #known(oid: Oid): GitObject | undefined {
    return this.#made.get(oid) ?? this.#cache.get(oid);
  }

  #ask(oid: Oid): Promise<Parsed> {
    return new Promise((resolve, reject) => {
      const child = this.#child ?? this.#start();
      this.#waiters.push({ resolve, reject });
      if (this.#waiters.length === 1) hold(child, true);
      child.stdin.write(`${oid}\n`);
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    const child = spawnGit(['cat-file', '--batch'], { gitDir: this.#gitDir, env: this.#env });
    const parser = new BatchParser();
    this.#child = child;
    hold(child, false);
    child.stdin.on('error', () => {});
    child.stdout.on('data', (chunk: Buffer) => this.#receive(child, parser, chunk));
    void outcomeOf(child).then((error) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#fail(error);
    });
    return child;
  }

  #receive(child: ChildProcessWithoutNullStreams, parser: BatchParser, chunk: Buffer): void {
    if (this.#child !== child) return;
    for (const parsed of parser.push(chunk)) this.#waiters.shift()?.resolve(parsed);
    if (this.#waiters.length === 0) hold(child, false);
  }

  #fail(error: Error): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.reject(error);
  }

  // Blobs are read once; trees and commits again and again. A Map keeps the order of insertion: its first is the oldest.
  #keep(oid: Oid, object: GitObject): void {
    if (object.type === 'blob' || object.data.length > CACHE_BYTES / 8) return;
    this.#cache.set(oid, object);
    this.#cached += object.data.length;
    for (const [old, { data }] of this.#cache) {
      if (this.#cached <= CACHE_BYTES) break;
      this.#cache.delete(old);
      this.#cached -= data.length;
    }
  }
}

/** Lets a child keep our process alive, or not. */
function hold(child: ChildProcessWithoutNullStreams, alive: boolean): void {
  const word = alive ? 'ref' : 'unref';
  child[word]();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    // At run time these are sockets, which can be unreferenced; their type does not say so.
    (stream as unknown as Record<'ref' | 'unref', () => void>)[word]();
  }
}

/** The error that a reading process's end means for those who still wait. */
function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Error> {
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(explainSpawn(error, undefined)));
    child.on('close', (code, signal) => {
      const how = signal === null ? `exit code ${code}` : signal;
      const why = said.trim() === '' ? '' : `: ${said.trim()}`;
      const data = { exit_code: code, signal, stderr: said.trim() };
      resolve(
        new GitError(`git cat-file ended early (${how})${why}`, { code: 'reader-died', data }),
      );
    });
  });
}

function notAnOid(text: string): GitError {
  return new GitError(`${JSON.stringify(text)} is not an object name`, { code: 'bad-oid' });
}
