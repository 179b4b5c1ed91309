import type { Agent } from '../records/agent.ts';
import { agentOf } from '../records/agent.ts';
import type { Archive } from '../records/archive.ts';
import { foldFile } from '../records/fold.ts';
import { isDated } from '../records/paths.ts';
import { type Project, parseProject } from '../records/project.ts';
import type { LiveRecord, Malformed, State } from '../records/state.ts';
import type { Event } from './event.ts';

/** The state of one commit as plain data: what the index keeps. */
export interface Snapshot {
  readonly commit: string | undefined;
  readonly projectText: string;
  readonly live: readonly LiveRecord[];
  readonly malformed: readonly Malformed[];
  /** Messages, receipts and violations in the tree, counted by their day (`2026-11-22`). */
  readonly days: Readonly<Record<string, number>>;
}

export const emptySnapshot: Snapshot = {
  commit: undefined,
  projectText: '',
  live: [],
  malformed: [],
  days: {},
};

/** The state that decisions are made on, folded file by file. */
export class StateFold implements State {
  commit: string | undefined;
  projectText: string;
  readonly live: Map<string, LiveRecord>;
  readonly agents = new Map<string, Agent>();
  /** What has been folded since the snapshot, in order. */
  readonly events: Event[] = [];
  /** Archive records folded since the snapshot. */
  readonly archives: Archive[] = [];
  readonly keys = new Map<string, string>();
  readonly #faults: Map<string, Malformed>;
  readonly #days: Map<string, number>;
  readonly #datedPaths: (commit: string | undefined) => Promise<readonly string[]>;
  #project: Project | undefined;

  constructor(
    snapshot: Snapshot,
    datedPaths: (commit: string | undefined) => Promise<readonly string[]>,
  ) {
    this.commit = snapshot.commit;
    this.projectText = snapshot.projectText;
    this.live = new Map(snapshot.live.map((record) => [record.path, record]));
    this.#faults = new Map(snapshot.malformed.map((fault) => [fault.path, fault]));
    this.#days = new Map(Object.entries(snapshot.days));
    this.#datedPaths = datedPaths;
    for (const record of snapshot.live) this.#indexAgent(record);
  }

  get project(): Project | undefined {
    if (this.projectText === '') return undefined;
    this.#project ??= parseProject(this.projectText);
    return this.#project;
  }

  get malformed(): readonly Malformed[] {
    return [...this.#faults.values()];
  }

  get days(): ReadonlyMap<string, number> {
    return this.#days;
  }

  published(agent: string, key: string): string | undefined {
    return this.keys.get(keyOf(agent, key));
  }

  datedPaths(): Promise<readonly string[]> {
    return this.#datedPaths(this.commit);
  }

  /** Takes in one file of the tree as it is now; null when it is gone. */
  apply(path: string, text: string | null): void {
    this.#faults.delete(path);
    if (isDated(path)) this.#count(path, text === null ? -1 : 1);
    if (text === null) this.#remove(path);
    else this.#add(path, text);
  }

  /** Counts a dated record that is in the tree but whose content is known already. */
  count(path: string): void {
    this.#count(path, 1);
  }

  /** Takes in a record that has left the tree: history keeps it. */
  recall(path: string, text: string): void {
    this.#add(path, text);
  }

  snapshot(): Snapshot {
    return {
      commit: this.commit,
      projectText: this.projectText,
      live: [...this.live.values()],
      malformed: this.malformed,
      days: Object.fromEntries(this.#days),
    };
  }

  #add(path: string, text: string): void {
    const folded = foldFile(path, text);
    if ('message' in folded) this.#addEvent(folded);
    else if ('receipt' in folded) this.#addEvent(folded);
    else if ('archive' in folded) this.archives.push(folded.archive);
    else if ('live' in folded) this.#addLive(folded.live);
    else if ('malformed' in folded) this.#addFault(folded.malformed);
    else if ('project' in folded) this.#setProject(text);
  }

  /** What stood there before is gone, as it is for those who fold the commit anew. */
  #addFault(fault: Malformed): void {
    this.#remove(fault.path);
    this.#faults.set(fault.path, fault);
  }

  #addEvent(event: Event): void {
    this.events.push(event);
    if ('message' in event && event.message.key !== undefined) {
      this.keys.set(keyOf(event.message.from, event.message.key), event.message.id);
    }
  }

  #addLive(record: LiveRecord): void {
    this.live.set(record.path, record);
    this.#indexAgent(record);
  }

  #indexAgent(record: LiveRecord): void {
    const agent = agentOf(record);
    if (agent) this.agents.set(agent.name, agent);
  }

  #setProject(text: string): void {
    this.projectText = text;
    this.#project = undefined;
  }

  #remove(path: string): void {
    const record = this.live.get(path);
    const agent = record && agentOf(record);
    if (agent) this.agents.delete(agent.name);
    this.live.delete(path);
    if (path === 'comm-node.toml') this.#setProject('');
  }

  #count(path: string, by: number): void {
    const day = dayOf(path);
    const count = (this.#days.get(day) ?? 0) + by;
    if (count > 0) this.#days.set(day, count);
    else this.#days.delete(day);
  }
}

/** `messages/2026/11/22/<id>.md` and `receipts/<agent>/2026/11/22/<id>.md` → `2026-11-22`. */
function dayOf(path: string): string {
  return path.split('/').slice(-4, -1).join('-');
}

export function keyOf(agent: string, key: string): string {
  return `${agent}\t${key}`;
}
