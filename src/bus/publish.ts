import { setTimeout as sleep } from 'node:timers/promises';
import { CommError, ConflictError } from '../errors.ts';
import { faultPoint } from '../git/fault-point.ts';
import { type Held, ProcessLock } from '../git/lock.ts';
import { maintainIfNeeded } from '../git/maintain.ts';
import { readRef } from '../git/refs.ts';
import type { Request } from '../records/request.ts';
import { failureOf } from './chain.ts';
import { type Hub, MAIN } from './hub.ts';
import { PushLander } from './land-by-push.ts';
import { InPlaceLander } from './land-in-place.ts';
import type { Lander } from './lander.ts';
import type { Answers, Tools } from './landing.ts';
import { PaceBook } from './pace.ts';
import { type Answer, type Entry, type Failure, Queue, thisWaiter } from './queue.ts';
import { isUnsure, markSure, markUnsure, writeLock } from './unsure.ts';

/** One push takes this many requests at most, so that no writer waits for a giant. */
const BATCH = 200;
/** A leader whose own request other machines keep beating gives the lead to the next after so many rounds. */
const ROUNDS = 40;
/** A hub gathers packs with every publish; more than this many and they are repacked. */
const PACKS = 60;

export interface PublishOptions {
  /** Whether it may be kept here while the remote is out of reach. */
  readonly deferrable: boolean;
  /** Whether another hub may land it, should its maker be gone by then; what is deferrable always is. */
  readonly helpable?: boolean;
  /** Gives up after this long, in milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * Publishes one request and returns what became of it. Writers of one machine
 * line up: whoever holds the hub's write lock takes everything that waits, in
 * order of arrival, along with its own.
 * @throws ConflictError when it takes too long
 */
export async function publish(
  hub: Hub,
  request: Request,
  options: PublishOptions,
  tools: Tools,
): Promise<Answer> {
  const queue = new Queue(hub.state);
  const base = await readRef(hub.gitDir, MAIN);
  const { deferrable, helpable = deferrable } = options;
  await queue.put({ request, base, waiter: thisWaiter(), deferrable, helpable });
  faultPoint('queued');
  const deadline = tools.now() + (options.timeoutMs ?? 120_000);
  for (;;) {
    const held = await tryLead(hub);
    const own = held && (await lead(hub, queue, held, request.id, tools));
    const answer = own ?? (await queue.takeAnswer(request.id));
    if (answer) return answer;
    if (tools.now() > deadline) return giveUp(queue, request.id, tools.now());
    await queue.waitFor(request.id);
  }
}

/** Nobody answered in time: what may wait stays, the rest is withdrawn as far as that can be done. */
async function giveUp(queue: Queue, id: string, now: number): Promise<Answer> {
  const entry = (await queue.list(now)).find(({ request }) => request.id === id);
  const reason = 'other writers kept it busy';
  if (entry?.deferrable) {
    await queue.keep(entry, { queued: { reason } }, false);
    return { queued: { reason } };
  }
  await queue.remove(id);
  throw new ConflictError('the coordination repository stayed busy', {
    hint: 'whether it arrived is not known: look before you run the command again',
  });
}

/** Leaves a request in the queue; it goes out with whatever is published next. */
export async function publishLater(hub: Hub, request: Request): Promise<void> {
  const base = await readRef(hub.gitDir, MAIN);
  const entry: Entry = { request, base, waiter: undefined, deferrable: true };
  await new Queue(hub.state).put(entry, true);
}

/**
 * Waits for the write lock and publishes what is queued.
 * @returns how many requests left, and how many had to stay
 */
export async function flush(hub: Hub, tools: Tools): Promise<{ sent: number; kept: number }> {
  const queue = new Queue(hub.state);
  const before = (await queue.list(tools.now())).length;
  if (before === 0) return { sent: 0, kept: 0 };
  let kept = before;
  for (let left = Number.POSITIVE_INFINITY; kept > 0 && kept < left; ) {
    left = kept;
    const held = await waitToLead(hub, tools);
    await lead(hub, queue, held, undefined, tools);
    kept = (await queue.list(tools.now())).length;
  }
  return { sent: Math.max(0, before - kept), kept };
}

/** The write lock of a hub, as soon as it is free. */
export async function waitToLead(hub: Hub, tools: Tools): Promise<Held> {
  const deadline = tools.now() + 60_000;
  for (;;) {
    const held = await tryLead(hub);
    if (held) return held;
    if (tools.now() > deadline) {
      throw new ConflictError(`${hub.url} stayed busy`, { hint: 'run the command again' });
    }
    await sleep(10 + Math.random() * 20);
  }
}

function tryLead(hub: Hub): Promise<Held | undefined> {
  return new ProcessLock().tryAcquire(writeLock(hub));
}

/**
 * Takes one batch, gives the lock back, and wakes whoever waits longest.
 * @returns the answer to the leader's own request
 */
async function lead(
  hub: Hub,
  queue: Queue,
  held: Held,
  own: string | undefined,
  tools: Tools,
): Promise<Answer | undefined> {
  let clean = false;
  try {
    const answer = await leadBatch(hub, queue, held.takenOver, own, tools);
    clean = true;
    return answer;
  } finally {
    // Moving the lock needs no room on a full disk, and tells the next leader to look first.
    if (!clean) await markUnsure(hub);
    await held.release();
    await queue.wakeNext();
    await maintainIfNeeded(hub.gitDir, { limit: PACKS });
  }
}

async function leadBatch(
  hub: Hub,
  queue: Queue,
  takenOver: boolean,
  own: string | undefined,
  tools: Tools,
): Promise<Answer | undefined> {
  const unsure = takenOver || (await isUnsure(hub));
  const lander = await landerOf(hub, tools, unsure);
  let failures = 0;
  for (let round = 0; round < ROUNDS; round++) {
    // Answered while it waited for the lock: nobody is gathered for it.
    if (own !== undefined && !queue.has(own)) break;
    await lander.gather(() => queue.count());
    const entries = await takeBatch(queue, own, tools.now());
    if (entries.length === 0) break;
    const answers = await landOrFail(lander, entries);
    faultPoint('landed');
    await settle(queue, entries, answers, own);
    failures += [...answers.values()].filter((answer) => 'failed' in answer).length;
    const answer = own === undefined ? undefined : answers.get(own);
    if (unsure && failures === 0 && answers.size > 0) await markSure(hub);
    if (answer || (own === undefined && answers.size > 0)) return answer;
  }
  return undefined;
}

async function landerOf(hub: Hub, tools: Tools, unsure: boolean): Promise<Lander> {
  if (hub.lane === 'in-place') return new InPlaceLander(hub, tools, unsure);
  return new PushLander(hub, tools, await PaceBook.open(hub));
}

/** What waits, unless the leader's own request was answered while it waited for the lock. */
async function takeBatch(queue: Queue, own: string | undefined, now: number): Promise<Entry[]> {
  const waiting = await queue.list(now);
  if (own === undefined) return waiting.slice(0, BATCH);
  const mine = waiting.find(({ request }) => request.id === own);
  if (!mine) return [];
  const batch = waiting.slice(0, BATCH);
  return batch.includes(mine) ? batch : [...batch, mine];
}

/** A failure of the whole batch is everybody's answer: each process reports it as its own. */
async function landOrFail(lander: Lander, entries: readonly Entry[]): Promise<Answers> {
  try {
    return await lander.land(entries);
  } catch (error) {
    const failed = failureOf(error);
    return new Map(entries.map(({ request }) => [request.id, { failed }]));
  }
}

async function settle(
  queue: Queue,
  entries: readonly Entry[],
  answers: Answers,
  own: string | undefined,
): Promise<void> {
  for (const entry of entries) {
    const { id } = entry.request;
    const answer = answers.get(id);
    if (!answer) continue;
    if ('queued' in answer) await queue.keep(entry, answer, id !== own);
    else if (id === own) await queue.remove(id);
    // What nobody waits for stays queued when it fails: it is tried again. Not so
    // what the remote's hook said no to: it would be in the way of all others.
    else if (entry.waiter || !mayWork(answer)) await queue.answer(entry, answer);
  }
}

function mayWork(answer: Answer): boolean {
  return 'failed' in answer && answer.failed.code !== 'push-declined';
}

/** Turns an answer that is a failure back into the error it was. */
export function throwFailure(answer: Answer): Exclude<Answer, { failed: Failure }> {
  if (!('failed' in answer)) return answer;
  const { code, message, hint, data } = answer.failed;
  throw new CommError(code, message, { ...(hint === undefined ? {} : { hint }), data });
}
