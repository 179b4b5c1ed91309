import { setTimeout as sleep } from 'node:timers/promises';
import type { Oid } from '../git/objects.ts';
import { isCheapToPeek, peekFolder, peekRefs } from '../git/remote-refs.ts';
import { type Hub, MAIN } from './hub.ts';
import { OUTBOX } from './outbox.ts';

/** The shortest time between two looks, in milliseconds. */
export const PAUSE_MS = 15;
/** So many times as long as a look takes, nobody looks again: a look takes its share of the line. */
const SHARE = 4;

/** Sees from afar what happens at the remote, without fetching. */
export class Lookout {
  readonly #hub: Hub;
  readonly #now: () => number;
  #everyMs = PAUSE_MS;

  constructor(hub: Hub, now: () => number) {
    this.#hub = hub;
    this.#now = now;
  }

  /** How often to look, in milliseconds; learned from how long looking takes. */
  get everyMs(): number {
    return this.#everyMs;
  }

  /** Where these refs of the remote are; undefined when that cannot be seen. */
  async refs(...names: readonly string[]): Promise<ReadonlyMap<string, Oid> | undefined> {
    const start = this.#now();
    const theirs = await peekRefs(this.#hub.url, names).catch(() => undefined);
    this.#everyMs = Math.max(PAUSE_MS, SHARE * (this.#now() - start));
    return theirs;
  }

  /** Resolves when the remote's branch is at none of `known`; never, once `signal` is aborted. */
  async movedPast(known: readonly (Oid | undefined)[], signal: AbortSignal): Promise<'moved'> {
    for (;;) {
      await sleep(this.#everyMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return new Promise(() => undefined);
      const theirs = (await this.refs(MAIN))?.get(MAIN);
      if (theirs && !known.includes(theirs)) return 'moved';
    }
  }

  /** Whether to look is so cheap that it saves a fetch now and then. */
  isNear(): Promise<boolean> {
    return isCheapToPeek(this.#hub.url);
  }

  /** The hubs that have something in their outboxes. @throws CommError when that cannot be seen */
  async depositors(): Promise<Set<string>> {
    const start = this.#now();
    const refs = await peekFolder(this.#hub.url, OUTBOX);
    this.#everyMs = Math.max(PAUSE_MS, SHARE * (this.#now() - start));
    return new Set([...refs.keys()].map((ref) => ref.slice(OUTBOX.length).split('/')[0] ?? ''));
  }
}
