import { join } from 'node:path';
import { readIfPresent, removeIfPresent, writeFileAtomic } from '../git/files.ts';
import { existsAt, listFolder, moveTo, touch } from '../git/folders.ts';
import { isProcessAlive, processStart, thisPlace } from '../git/lock.ts';
import type { Oid } from '../git/objects.ts';
import { onChange } from '../git/wake.ts';
import { idTime, isId } from '../records/ids.ts';
import type { Refusal, Request } from '../records/request.ts';
import { parseStateFile } from './state-file.ts';

/** A request that waits at a hub. */
export interface Entry {
  readonly request: Request;
  /** The branch when the request was made: what came later may hold it already. */
  readonly base: Oid | undefined;
  /** Who waits for the answer; undefined when nobody does. */
  readonly waiter:
    | { readonly pid: number; readonly start: string; readonly place: string }
    | undefined;
  /** Whether it may stay queued while the remote is out of reach. */
  readonly deferrable: boolean;
  /** Whether another hub may land it, should nobody here wait for it any more; what is deferrable always is. */
  readonly helpable?: boolean;
  /** It was pushed once and nobody knows whether it arrived. */
  readonly attempted?: boolean;
}

/** What became of a request. */
export type Answer =
  | { readonly published: Readonly<Record<string, unknown>>; readonly commit: Oid }
  /** It was so already; nothing was committed. */
  | { readonly unneeded: Readonly<Record<string, unknown>> }
  | { readonly refused: Refusal }
  /** Kept on this machine; it leaves with the next command or `sync`. */
  | { readonly queued: { readonly reason: string } }
  | { readonly failed: Failure };

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly data: Record<string, unknown>;
}

/** A waiter looks again after this long even if nothing woke it: the leader may have died. */
const RECHECK_MS = 150;
/** Nobody waits for an answer longer than this. */
const ANSWER_KEPT_MS = 3_600_000;

/**
 * The requests of this machine's processes, one file each, so that a request
 * outlives whoever made it. Names are ULIDs: listing is order of arrival.
 */
export class Queue {
  readonly #folder: string;
  readonly #refused: string;

  constructor(state: string) {
    this.#folder = join(state, 'queue');
    this.#refused = join(state, 'refused');
  }

  /** @param durable whether it must outlive a power cut: nobody waits for it any more */
  async put(entry: Entry, durable = false): Promise<void> {
    await writeFileAtomic(this.#entry(entry.request.id), JSON.stringify(entry), { durable });
  }

  /** Everything that waits, oldest first; requests whose maker died waiting are dropped. */
  async list(now: number): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const name of await listFolder(this.#folder)) {
      if (name.endsWith('.answer')) await this.#sweep(name, now);
      if (!name.endsWith('.json')) continue;
      const entry = parseEntry(await readIfPresent(join(this.#folder, name)));
      if (!entry || name !== `${entry.request.id}.json`) {
        await this.#putAway(name);
        continue;
      }
      if (isAbandoned(entry)) await this.remove(entry.request.id);
      else entries.push(entry);
    }
    return entries;
  }

  /** Whether this request still waits. */
  has(id: string): boolean {
    return existsAt(this.#entry(id));
  }

  /** How many wait. */
  async count(): Promise<number> {
    return (await listFolder(this.#folder)).filter((name) => name.endsWith('.json')).length;
  }

  /** Tells the waiter, then forgets the request: in this order, so that a kill between loses nothing. */
  async answer(entry: Entry, answer: Answer): Promise<void> {
    const { id } = entry.request;
    if (entry.waiter) await writeFileAtomic(this.#answer(id), JSON.stringify(answer));
    else if ('refused' in answer || 'failed' in answer) await this.#setAside(entry, answer);
    await this.remove(id);
  }

  /** Keeps a request for later and tells its maker so: from now on nobody waits for it. */
  async keep(entry: Entry, answer: Answer, tell: boolean): Promise<void> {
    const { waiter, ...rest } = entry;
    await this.put({ ...rest, waiter: undefined, attempted: true }, true);
    if (waiter && tell) {
      await writeFileAtomic(this.#answer(entry.request.id), JSON.stringify(answer));
    }
  }

  async remove(id: string): Promise<void> {
    await removeIfPresent(this.#entry(id));
  }

  /** The answer to a request, if it is there; it is handed out once. */
  async takeAnswer(id: string): Promise<Answer | undefined> {
    const data = await readIfPresent(this.#answer(id));
    if (!data) return undefined;
    await removeIfPresent(this.#answer(id));
    return parseStateFile<Answer>(data, () => true);
  }

  /** Wakes the process that waits longest, so that it takes the lead. */
  async wakeNext(): Promise<void> {
    for (const name of await listFolder(this.#folder)) {
      if (name.endsWith('.json') && (await touch(join(this.#folder, name)))) return;
    }
  }

  /** Sleeps until something happens to the request's file, or for a moment. */
  waitFor(id: string): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, RECHECK_MS * (1 + Math.random()));
      const unwatch = onChange(this.#entry(id), done);
      // Answered between the last look and this one: nothing will happen to the file any more.
      if (!unwatch && !existsAt(this.#entry(id))) done();
      function done(): void {
        clearTimeout(timer);
        unwatch?.();
        resolve();
      }
    });
  }

  /** Requests that nobody waited for and that were refused: kept for `doctor` and the human. */
  async listRefused(): Promise<{ entry: Entry; answer: Answer }[]> {
    const found: { entry: Entry; answer: Answer }[] = [];
    for (const name of await listFolder(this.#refused)) {
      const data = await readIfPresent(join(this.#refused, name));
      const aside = parseStateFile<{ entry: Entry; answer: Answer }>(
        data,
        ({ entry, answer }) => isEntry(entry) && typeof answer === 'object',
      );
      if (aside) found.push(aside);
    }
    return found;
  }

  async #setAside(entry: Entry, answer: Answer): Promise<void> {
    const file = join(this.#refused, `${entry.request.id}.json`);
    await writeFileAtomic(file, JSON.stringify({ entry, answer }), { durable: true });
  }

  /** An answer that was never fetched: its waiter died. */
  async #sweep(name: string, now: number): Promise<void> {
    const id = name.slice(0, -'.answer'.length);
    const old = !isId(id) || now - idTime(id) > ANSWER_KEPT_MS;
    if (old) await removeIfPresent(join(this.#folder, name));
  }

  /** A file that is no request would be counted, woken and tried for ever. */
  async #putAway(name: string): Promise<void> {
    try {
      await moveTo(join(this.#folder, name), join(this.#folder, `${name}.damaged`));
    } catch {
      // Taken by somebody else, or a disk that cannot be written to.
    }
  }

  #entry(id: string): string {
    return join(this.#folder, `${id}.json`);
  }

  #answer(id: string): string {
    return join(this.#folder, `${id}.answer`);
  }
}

/** This process, for those who must know whether it still waits. */
export function thisWaiter() {
  return { pid: process.pid, start: processStart(process.pid) ?? '', place: thisPlace() };
}

function isAbandoned({ waiter }: Entry): boolean {
  if (!waiter || waiter.place !== thisPlace()) return false;
  return !isProcessAlive(waiter.pid, waiter.start);
}

function parseEntry(data: Buffer | undefined): Entry | undefined {
  return parseStateFile<Entry>(data, isEntry);
}

/** Whether it may be left where another hub takes it along. */
export function mayBeLeft({ deferrable, helpable }: Entry): boolean {
  return deferrable || helpable === true;
}

/** Whether somebody waits until it is agreed: it is not for the slow. */
export function isUrgent(entry: Entry): boolean {
  return mayBeLeft(entry) && !entry.deferrable;
}

/** Whether it has the shape of a request; what it asks is checked when it is decided. */
export function isEntry(value: Partial<Entry> | undefined): boolean {
  const request = value?.request as Partial<Request> | undefined;
  if (typeof request !== 'object' || request === null) return false;
  const words = [request.kind, request.agent, request.at];
  const isWhole = words.every((word) => typeof word === 'string');
  return isWhole && typeof request.id === 'string' && isId(request.id);
}
