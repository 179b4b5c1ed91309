import { NEAR, walkBack } from '../git/commits.ts';
import { faultPoint } from '../git/fault-point.ts';
import { commitsBetween } from '../git/history.ts';
import { type Oid, parseTrailers } from '../git/objects.ts';
import { writePack } from '../git/pack.ts';
import type { ObjectReader } from '../git/reader.ts';
import { readRef } from '../git/refs.ts';
import { decide, resultAgain } from '../records/decide.ts';
import type { Request } from '../records/request.ts';
import { archiveDue } from './archive-due.ts';
import { buildChain, type Chain } from './chain.ts';
import { decidable } from './decidable.ts';
import { type Hub, MAIN, type Patience } from './hub.ts';
import type { Answer, Entry } from './queue.ts';
import { type Progress, View } from './view.ts';

/** What landing needs from outside: time, ids, and somebody to tell. */
export interface Tools {
  readonly now: () => number;
  readonly ids: () => string;
  readonly reader: ObjectReader;
  readonly progress: Progress;
  readonly notice: (text: string) => void;
  /** How long a remote may take; `PATIENCE` unless told. */
  readonly patience?: Patience;
}

export type Answers = Map<string, Answer>;

/** A chain that is ready to be put on the branch, and what it was decided on. */
export interface Proposal {
  readonly view: View;
  readonly head: Oid | undefined;
  readonly chain: Chain;
  /** What comes of each request if the chain lands; with an empty chain it holds at once. */
  readonly answers: Answers;
  /** All requests, own and helped, that are on the branch already. */
  readonly landed: ReadonlySet<string>;
}

/**
 * Decides everything anew on the hub's newest state and writes the objects.
 * When some of the requests turn out to be on the branch already, that is all
 * the proposal says: they are answered before anything else.
 * @param helped requests of other hubs, taken along
 * @param unsure whether some of the requests may be on the branch already
 */
export async function propose(
  hub: Hub,
  entries: readonly Entry[],
  helped: readonly Entry[],
  unsure: boolean,
  tools: Tools,
): Promise<Proposal> {
  const view = await View.open(hub, tools);
  const head = view.fold.commit;
  const all = [...entries, ...helped];
  const commits = unsure ? await landedSince(hub, all, head, tools.reader) : new Map<string, Oid>();
  const answers = await recallAnswers(view, entries, commits, tools.now());
  const landed = new Set(commits.keys());
  if (answers.size > 0) return { view, head, chain: noChain(head), answers, landed };
  const requests = all.map(({ request }) => request).filter(({ id }) => !commits.has(id));
  const chores = housekeeping(view, entries, tools);
  const chain = await buildChain(view, [...requests, ...chores], tools.now());
  for (const { request } of entries) {
    const answer = chain.answers.get(request.id);
    if (answer) answers.set(request.id, answer);
  }
  if (chain.commits > 0) {
    await writePack(hub.gitDir, chain.objects, { durable: hub.lane === 'in-place' });
    faultPoint('built');
  }
  return { view, head, chain, answers, landed };
}

/** What became of requests while others moved the branch. */
export interface Standing {
  /** Answers to this hub's requests that are on the branch, whoever put them there. */
  readonly answers: Answers;
  /** All requests, own and others', that are on the branch. */
  readonly landed: ReadonlySet<string>;
}

/** Looks up what waits here, and what others have deposited, on the branch as last fetched. */
export async function standingOf(
  hub: Hub,
  entries: readonly Entry[],
  others: readonly Entry[],
  tools: Tools,
): Promise<Standing> {
  const head = await readRef(hub.gitDir, MAIN);
  const commits = await landedSince(hub, [...entries, ...others], head, tools.reader);
  const landed = new Set(commits.keys());
  if (!entries.some(({ request }) => landed.has(request.id))) return { answers: new Map(), landed };
  const view = await View.open(hub, tools);
  return { answers: await recallAnswers(view, entries, commits, tools.now()), landed };
}

/** Those of `entries` that the state known here would not refuse. */
export async function notRefused(
  hub: Hub,
  entries: readonly Entry[],
  tools: Tools,
): Promise<Entry[]> {
  const view = await View.open(hub, tools);
  const state = decidable(view);
  const kept: Entry[] = [];
  for (const entry of entries) {
    const decision = await decide(state, entry.request, tools.now());
    if (!('refused' in decision)) kept.push(entry);
  }
  return kept;
}

async function recallAnswers(
  view: View,
  entries: readonly Entry[],
  commits: ReadonlyMap<string, Oid>,
  now: number,
): Promise<Answers> {
  const answers: Answers = new Map();
  for (const { request } of entries) {
    const commit = commits.get(request.id);
    if (commit) answers.set(request.id, await recallAnswer(view, request, commit, now));
  }
  return answers;
}

function noChain(tip: Oid | undefined): Chain {
  return { tip, objects: new Map(), answers: new Map(), commits: 0 };
}

/** What is on the branch since the requests were made: request id → its commit. */
async function landedSince(
  hub: Hub,
  entries: readonly Entry[],
  head: Oid | undefined,
  reader: ObjectReader,
): Promise<Map<string, Oid>> {
  const landed = new Map<string, Oid>();
  if (head === undefined) return landed;
  const covered = new Set<Oid | undefined>([head]);
  for (const { base } of [...entries].sort(byAge)) {
    if (covered.has(base)) continue;
    covered.add(base);
    for (const { oid, trailers } of await commitsSince(hub, base, head, reader)) {
      covered.add(oid);
      for (const id of [trailers.get('Record'), trailers.get('Request')]) {
        if (id !== undefined) landed.set(id, oid);
      }
    }
  }
  return landed;
}

async function commitsSince(
  { gitDir }: Hub,
  base: Oid | undefined,
  head: Oid,
  reader: ObjectReader,
): Promise<readonly { oid: Oid; trailers: ReadonlyMap<string, string> }[]> {
  const near = base === undefined ? undefined : await walkBack(reader, head, new Set([base]), NEAR);
  if (near) return near.map(({ oid, message }) => ({ oid, trailers: parseTrailers(message) }));
  // A base that history no longer holds says nothing: then all of it is asked.
  return commitsBetween(gitDir, base, head).catch(() => commitsBetween(gitDir, undefined, head));
}

function byAge(a: Entry, b: Entry): number {
  return a.request.id < b.request.id ? -1 : 1;
}

/** The answer to a request that turns out to be on the branch: its result is told again. */
async function recallAnswer(
  view: View,
  request: Request,
  commit: Oid,
  now: number,
): Promise<Answer> {
  const state = decidable(view);
  return { published: await resultAgain(state, request, now), commit };
}

/** Old records leave the tree with whoever happens to publish. */
function housekeeping(view: View, entries: readonly Entry[], tools: Tools): Request[] {
  const agent = entries.at(-1)?.request.agent;
  if (agent === undefined || !archiveDue(view.fold, tools.now())) return [];
  const at = new Date(tools.now()).toISOString();
  return [{ id: tools.ids(), kind: 'archive', agent, at, payload: {} }];
}
