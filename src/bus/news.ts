import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessLock } from '../git/lock.ts';
import type { Oid } from '../git/objects.ts';
import { readRef } from '../git/refs.ts';
import { peekRemote } from '../git/remote-refs.ts';
import { waitForRefChange } from '../git/watch.ts';
import type { Bus } from './bus.ts';
import { MAIN } from './hub.ts';

export type Arrival = 'news' | 'timeout' | 'stopped';

export interface Waiting {
  /** In milliseconds; undefined: without end. */
  readonly timeoutMs: number | undefined;
  /** How often the remote is asked, in milliseconds. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** The commit that was looked at last, so that what came since is not slept over. */
  readonly since?: Oid | undefined;
}

/**
 * Waits until the branch of this machine's hub moves. A mirror moves when
 * somebody fetches: of all that wait here, one asks the remote, now and then.
 */
export async function waitForNews(
  bus: Bus,
  clock: { now(): number },
  waiting: Waiting,
): Promise<Arrival> {
  const { hub } = bus;
  const known = waiting.since ?? (await readRef(hub.gitDir, MAIN));
  const end = waiting.timeoutMs === undefined ? undefined : clock.now() + waiting.timeoutMs;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, waiting.signal]);
  const asking = hub.lane === 'push' ? askRemote(bus, waiting.everyMs, signal) : undefined;
  try {
    for (;;) {
      if (waiting.signal.aborted) return 'stopped';
      const left = end === undefined ? 60_000 : end - clock.now();
      if (left <= 0) return 'timeout';
      const change = await waitForRefChange(hub.gitDir, MAIN, known, {
        timeoutMs: Math.min(left, 60_000),
        signal: waiting.signal,
      });
      if (change === 'changed') return 'news';
    }
  } finally {
    stop.abort();
    await asking;
  }
}

/** Asks the remote until stopped, if nobody else of this machine does. */
async function askRemote(bus: Bus, everyMs: number, signal: AbortSignal): Promise<void> {
  const lock = join(bus.hub.state, 'poll.lock');
  while (!signal.aborted) {
    const held = await new ProcessLock().tryAcquire(lock).catch(() => undefined);
    try {
      while (held && !signal.aborted) {
        const start = performance.now();
        await askOnce(bus);
        // A remote that is slow to answer is not asked all the time.
        await pause(Math.max(everyMs, performance.now() - start), signal);
      }
    } finally {
      await held?.release();
    }
    await pause(everyMs, signal);
  }
}

/** A cheap look at the branch; everything is fetched only when it moved or something waits to leave. */
async function askOnce(bus: Bus): Promise<void> {
  const { gitDir, url } = bus.hub;
  const theirs = await peekRemote(url, MAIN).catch(() => undefined);
  if (theirs === undefined) return;
  const moved = theirs !== (await readRef(gitDir, MAIN));
  if (moved || (await bus.waiting()).length > 0) await bus.receive().catch(() => undefined);
}

/** With some jitter, so that many machines do not ask at the same moment. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
}
