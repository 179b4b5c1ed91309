import { join } from 'node:path';
import { appendAt, readBetween, readUpTo, scanChunks } from '../git/append-file.ts';
import { ensureDir, readIfPresent, removeIfPresent, writeFileAtomic } from '../git/files.ts';
import { fileStat, removeTree } from '../git/folders.ts';
import type { Agent } from '../records/agent.ts';
import { type Event, inboxLines, logLine, parseLogLine } from './event.ts';
import { formatTop, type InboxTop, parseTop } from './inbox-top.ts';
import { type Rooms, roomsOf } from './room-records.ts';
import { type RoomPlaces, RoomStore } from './room-store.ts';
import { emptySnapshot, type Snapshot } from './snapshot.ts';
import { keyOf } from './state-fold.ts';

/** The layout of the files below; another number means: build the index anew. */
const FORMAT = 10;

/** `head.json`: the state of one commit, and how much of each file beside it counts. */
export interface IndexHead {
  readonly format: number;
  readonly snapshot: Snapshot;
  readonly logBytes: number;
  readonly keyBytes: number;
  /** Agent → length of its inbox file; an agent that is missing has none yet. */
  readonly inboxes: Readonly<Record<string, number>>;
  readonly rooms: RoomPlaces;
}

/** What is to be added to an index. */
export interface Growth {
  readonly snapshot: Snapshot;
  readonly events: readonly Event[];
  readonly agents: ReadonlyMap<string, Agent>;
  /** Absent while the index is being built: they are written at the end. */
  readonly rooms?: Rooms;
}

export const emptyHead: IndexHead = {
  format: FORMAT,
  snapshot: emptySnapshot,
  logBytes: 0,
  keyBytes: 0,
  inboxes: {},
  rooms: {},
};

/**
 * The index beside a hub: `log.ndjson` (every message and receipt), `keys.tsv`,
 * an inbox file an agent (with its top, once it is long), a file for each room of
 * many records, and `head.json`, which is replaced last and says how many bytes
 * of the others count. So a killed writer leaves nothing half-done, and deleting
 * the folder costs only the time to build it again.
 */
export class IndexStore {
  readonly folder: string;
  readonly #rooms: RoomStore;

  constructor(folder: string) {
    this.folder = folder;
    this.#rooms = new RoomStore(folder);
  }

  /** The head, or undefined when there is no index or it cannot be used. */
  async load(): Promise<IndexHead | undefined> {
    const head = parseHead(await readIfPresent(join(this.folder, 'head.json')));
    if (!head) return undefined;
    const log = await fileStat(join(this.folder, 'log.ndjson'));
    const keys = await fileStat(join(this.folder, 'keys.tsv'));
    const whole = (log?.bytes ?? 0) >= head.logBytes && (keys?.bytes ?? 0) >= head.keyBytes;
    return whole && (await this.#rooms.isWhole(head.rooms)) ? head : undefined;
  }

  /** The rooms of many records as the head has them; each is read when somebody asks. */
  rooms({ rooms }: IndexHead): Rooms {
    return roomsOf((room) => {
      const place = rooms[room];
      return place && this.#rooms.open(place);
    });
  }

  /**
   * Adds events and moves the head. The caller holds the index lock and has
   * seen that `head` is still what is on disk.
   */
  async append(head: IndexHead, { snapshot, events, agents, rooms }: Growth): Promise<IndexHead> {
    if (head.logBytes === 0) await ensureDir(join(this.folder, 'inbox'));
    const next: IndexHead = {
      format: FORMAT,
      snapshot,
      logBytes: await this.#grow('log.ndjson', head.logBytes, events.map(logLine).join('')),
      keyBytes: await this.#grow('keys.tsv', head.keyBytes, events.map(keyLine).join('')),
      inboxes: await this.#growInboxes(head, events, agents),
      rooms: rooms ? await this.#rooms.grow(head.rooms, rooms) : head.rooms,
    };
    await this.#writeHead(next);
    return next;
  }

  /** Starts an empty index in the place of whatever is there. */
  async clear(): Promise<void> {
    await removeTree(this.folder);
    await ensureDir(join(this.folder, 'inbox'));
  }

  /** Writes the inbox file of one agent whole. The caller holds the index lock. */
  async writeInbox(head: IndexHead, agent: string, text: string): Promise<IndexHead> {
    // First: a top must never outlive the file whose bytes it counts.
    await removeIfPresent(this.#topFile(agent));
    const bytes = await appendAt(this.#inboxFile(agent), 0, text);
    const next = { ...head, inboxes: { ...head.inboxes, [agent]: bytes } };
    await this.#writeHead(next);
    return next;
  }

  /** An agent's inbox file, or undefined when it has none (or a damaged one). */
  async readInbox(head: IndexHead, agent: string): Promise<Buffer | undefined> {
    const bytes = head.inboxes[agent];
    return bytes === undefined ? undefined : readUpTo(this.#inboxFile(agent), bytes);
  }

  /** What an inbox file has gained since it had `from` bytes; undefined when that is not known. */
  async readInboxFrom(head: IndexHead, agent: string, from: number): Promise<Buffer | undefined> {
    const bytes = head.inboxes[agent];
    if (bytes === undefined || bytes < from) return undefined;
    return readBetween(this.#inboxFile(agent), from, bytes);
  }

  /** The top that is kept beside an inbox; undefined when there is none. */
  async readTop(agent: string): Promise<InboxTop | undefined> {
    return parseTop(await readIfPresent(this.#topFile(agent)));
  }

  /** Keeps the top of an inbox beside it. The caller holds the index lock, since it was read. */
  async writeTop(agent: string, top: InboxTop): Promise<void> {
    await writeFileAtomic(this.#topFile(agent), Buffer.from(formatTop(top), 'latin1'));
  }

  /** Hands the log to `visit`, some megabytes of whole lines at a time. False: it is damaged. */
  scanLog(head: IndexHead, visit: (chunk: Buffer) => boolean | undefined): Promise<boolean> {
    return scanChunks(join(this.folder, 'log.ndjson'), head.logBytes, visit);
  }

  /** As {@link scanLog}, from a place where the log ended once; from its beginning if it never did. */
  scanLogFrom(
    head: IndexHead,
    from: number,
    visit: (chunk: Buffer) => boolean | undefined,
  ): Promise<boolean> {
    const start = from <= head.logBytes ? from : 0;
    return scanChunks(join(this.folder, 'log.ndjson'), head.logBytes, visit, start);
  }

  /** Every event of the log, oldest first. */
  async eachEvent(head: IndexHead, visit: (event: Event) => void): Promise<boolean> {
    return this.scanLog(head, (chunk) => {
      for (const line of chunk.toString('utf8').split('\n')) {
        const event = parseLogLine(line);
        if (event) visit(event);
      }
      return true;
    });
  }

  /** Idempotency keys: `agent<TAB>key` → id of the record. */
  async readKeys(head: IndexHead): Promise<Map<string, string>> {
    const text = (await readUpTo(join(this.folder, 'keys.tsv'), head.keyBytes)) ?? Buffer.alloc(0);
    const lines = text.toString('utf8').split('\n').filter(Boolean);
    return new Map(lines.map((line) => JSON.parse(line) as [string, string]));
  }

  async #growInboxes(
    head: IndexHead,
    events: readonly Event[],
    agents: ReadonlyMap<string, Agent>,
  ): Promise<Record<string, number>> {
    const lengths: Record<string, number> = {};
    for (const [name, bytes] of Object.entries(head.inboxes)) {
      const agent = agents.get(name);
      if (!agent) continue;
      const text = events.map((event) => inboxLines(event, agent)).join('');
      lengths[name] = text === '' ? bytes : await appendAt(this.#inboxFile(name), bytes, text);
    }
    return lengths;
  }

  async #grow(name: string, bytes: number, text: string): Promise<number> {
    return text === '' ? bytes : appendAt(join(this.folder, name), bytes, text);
  }

  async #writeHead(head: IndexHead): Promise<void> {
    await writeFileAtomic(join(this.folder, 'head.json'), JSON.stringify(head));
  }

  #inboxFile(agent: string): string {
    return join(this.folder, 'inbox', `${agent}.log`);
  }

  #topFile(agent: string): string {
    return join(this.folder, 'inbox', `${agent}.top`);
  }
}

function parseHead(data: Buffer | undefined): IndexHead | undefined {
  if (!data) return undefined;
  try {
    const head = JSON.parse(data.toString('utf8')) as IndexHead;
    return head.format === FORMAT ? head : undefined;
  } catch {
    return undefined;
  }
}

function keyLine(event: Event): string {
  if ('message' in event) return keyOfWriter(event.message.from, event.message);
  if ('budget' in event) return keyOfWriter(event.budget.by ?? event.budget.agent, event.budget);
  return '';
}

function keyOfWriter(
  writer: string,
  { key, id }: { readonly key?: string; readonly id: string },
): string {
  return key === undefined ? '' : `${JSON.stringify([keyOf(writer, key), id])}\n`;
}
