import { type Agent, agentOf } from '../records/agent.ts';
import type { Archive } from '../records/archive.ts';
import type { Artifact } from '../records/artifact.ts';
import { ArtifactsOnDemand } from '../records/artifacts-on-demand.ts';
import type { Folded } from '../records/fold.ts';
import { DEFAULT_SKEW_MS } from '../records/inbox.ts';
import type { Ledger } from '../records/ledger.ts';
import type { LiveRecord, Malformed } from '../records/live-record.ts';
import { type OpenQuestion, withMessage } from '../records/open-question.ts';
import { isDated } from '../records/paths.ts';
import type { Domain, Project } from '../records/project.ts';
import { type Task, tasksOf } from '../records/task.ts';
import type { Violation } from '../records/violation.ts';
import type { Event } from './event.ts';
import { BIG_ROOMS, bigRoomOf, type Rooms, roomsOf } from './room-records.ts';
import type { Settings, Snapshot } from './snapshot.ts';

/** So many of the latest violations are kept at hand; the log has them all. */
const VIOLATIONS_KEPT = 20;

/**
 * The state of one commit, folded file by file. It is told what each file holds
 * and parses nothing itself: whoever only reads loads no parser.
 */
export class StateFold {
  commit: string | undefined;
  projectText: string;
  settings: Settings | undefined;
  readonly live: Map<string, LiveRecord>;
  readonly rooms: Rooms;
  readonly agents = new Map<string, Agent>();
  /** What has been folded since the snapshot, in order. */
  readonly events: Event[] = [];
  /** Archive records folded since the snapshot. */
  readonly archives: Archive[] = [];
  /** Idempotency keys (see `keyOf`) and the records published under them, as far as they were loaded. */
  readonly keys = new Map<string, string>();
  /** The latest violations, oldest first. */
  violations: readonly Violation[];
  /** Questions that nobody has answered, by their ids. */
  readonly questions: Map<string, OpenQuestion>;
  readonly #early: Set<string>;
  #tasks: ReadonlyMap<string, Task> | undefined;
  /** The budgets, once somebody has asked for them: they follow what is folded. */
  ledger: Ledger | undefined;
  readonly #faults: Map<string, Malformed>;
  /** Made when somebody asks; undefined again when a record has changed. */
  #artifacts: ReadonlyMap<string, Artifact> | undefined;
  readonly #days: Map<string, number>;

  /** @param rooms those of the same commit */
  constructor(snapshot: Snapshot, rooms: Rooms = roomsOf()) {
    this.rooms = rooms;
    this.commit = snapshot.commit;
    this.projectText = snapshot.projectText;
    this.settings = snapshot.settings;
    this.live = new Map(snapshot.live.map((record) => [record.path, record]));
    this.#faults = new Map(snapshot.malformed.map((fault) => [fault.path, fault]));
    this.#days = new Map(Object.entries(snapshot.days));
    this.violations = snapshot.violations;
    this.questions = new Map(snapshot.questions.map((question) => [question.id, question]));
    this.#early = new Set(snapshot.early);
    for (const record of snapshot.live) this.#indexAgent(record);
  }

  get malformed(): readonly Malformed[] {
    return [...this.#faults.values()];
  }

  /** `domain/name` → the newest version of the artifact. */
  get artifacts(): ReadonlyMap<string, Artifact> {
    this.#artifacts ??= new ArtifactsOnDemand(this.rooms.artifacts);
    return this.#artifacts;
  }

  /** How far the clocks of two machines may differ, in milliseconds. */
  get clockSkewMs(): number {
    return this.settings?.clockSkewMs ?? DEFAULT_SKEW_MS;
  }

  /** All tasks by id: put together when somebody asks, since most commands do not. */
  get tasks(): ReadonlyMap<string, Task> {
    this.#tasks ??= tasksOf(this.rooms.tasks);
    return this.#tasks;
  }

  /** The registered domains by name. */
  get domains(): ReadonlyMap<string, Domain> {
    return new Map(Object.entries(this.settings?.domains ?? {}));
  }

  get days(): ReadonlyMap<string, number> {
    return this.#days;
  }

  /** Takes in one file of the tree as it is now; null when it is gone. */
  apply(path: string, folded: Folded | null, text = ''): void {
    this.#faults.delete(path);
    if (isDated(path)) this.#count(path, folded === null ? -1 : 1);
    if (folded === null) this.#remove(path);
    else if ('malformed' in folded) this.#addFault(folded.malformed);
    else if ('live' in folded) this.#addLive(folded.live);
    else if ('project' in folded) this.#setProject(text, folded.project);
    else this.recall(folded);
  }

  /** Counts a dated record that is in the tree but whose content is known already. */
  count(path: string): void {
    this.#count(path, 1);
  }

  /** Takes in a record that may have left the tree: history keeps it. */
  recall(folded: Folded): void {
    if ('message' in folded || 'receipt' in folded || 'budget' in folded) this.#addEvent(folded);
    else if ('violation' in folded) this.#addViolation(folded);
    else if ('archive' in folded) this.archives.push(folded.archive);
  }

  /** The record at a path, whichever room it is in. */
  recordAt(path: string): LiveRecord | undefined {
    const room = bigRoomOf(path);
    return room ? this.rooms[room].get(path) : this.live.get(path);
  }

  /** What was folded is in the index now. @param rooms those of the index */
  rest(rooms: Rooms): void {
    for (const room of BIG_ROOMS) this.rooms[room].rest(rooms[room]);
  }

  snapshot(): Snapshot {
    return {
      commit: this.commit,
      projectText: this.projectText,
      ...(this.settings === undefined ? {} : { settings: this.settings }),
      live: [...this.live.values()],
      malformed: this.malformed,
      days: Object.fromEntries(this.#days),
      violations: this.violations,
      questions: [...this.questions.values()],
      early: [...this.#early],
    };
  }

  /** What stood there before is gone, as it is for those who fold the commit anew. */
  #addFault(fault: Malformed): void {
    this.#remove(fault.path);
    this.#faults.set(fault.path, fault);
  }

  #addEvent(event: Event): void {
    if ('message' in event) withMessage(this.questions, this.#early, event.message);
    this.events.push(event);
    if (!('violation' in event)) this.ledger?.add(event);
    if ('message' in event && event.message.key !== undefined) {
      this.keys.set(keyOf(event.message.from, event.message.key), event.message.id);
    }
    if ('budget' in event && event.budget.key !== undefined) {
      const { by, agent, key, id } = event.budget;
      this.keys.set(keyOf(by ?? agent, key), id);
    }
  }

  #addViolation(event: { readonly violation: Violation }): void {
    this.#addEvent(event);
    const all = [...this.violations, event.violation];
    all.sort((a, b) => (a.id < b.id ? -1 : 1));
    this.violations = all.slice(-VIOLATIONS_KEPT);
  }

  #addLive(record: LiveRecord): void {
    if (this.#setInRoom(record.path, record)) return;
    this.live.set(record.path, record);
    this.#indexAgent(record);
  }

  /** False: the path is in none of the big rooms. */
  #setInRoom(path: string, record: LiveRecord | null): boolean {
    const room = bigRoomOf(path);
    if (room === undefined) return false;
    this.rooms[room].set(path, record);
    if (room === 'tasks') this.#tasks = undefined;
    else this.#artifacts = undefined;
    return true;
  }

  #indexAgent(record: LiveRecord): void {
    const agent = agentOf(record);
    if (agent) this.agents.set(agent.name, agent);
  }

  #setProject(text: string, project: Project | undefined): void {
    this.projectText = text;
    if (!project) this.settings = undefined;
    else {
      const { name, keepDays, keepRecords, clockSkewMs, silentMs, stuckMs } = project;
      const domains = Object.fromEntries(project.domains);
      this.settings = { name, keepDays, keepRecords, clockSkewMs, silentMs, stuckMs, domains };
    }
  }

  #remove(path: string): void {
    if (this.#setInRoom(path, null)) return;
    const record = this.live.get(path);
    const agent = record && agentOf(record);
    if (agent) this.agents.delete(agent.name);
    this.live.delete(path);
    if (path === 'comm-node.toml') this.#setProject('', undefined);
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
