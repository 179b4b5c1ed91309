import type { Agent } from '../records/agent.ts';
import type { Message } from '../records/message.ts';
import { type Event, type InboxRow, inboxLines, parseLogLine } from './event.ts';
import {
  dropRead,
  idAt,
  isSorted,
  LEAD,
  type Lines,
  sortOut,
  withoutMarked,
} from './inbox-lines.ts';
import { topOf, topWith } from './inbox-top.ts';
import type { View } from './view.ts';

/** An inbox file is written anew when it is this long and mostly of mail that was read. */
const COMPACT_BYTES = 256 * 1024;
/** Of an inbox file longer than this the top is kept, and made anew when the file has grown by as much. */
const TOP_BYTES = 256 * 1024;

/** The unread mail of one agent. */
export interface Unread {
  /** How many there are. */
  readonly count: number;
  /** The most pressing ones, most pressing first. */
  readonly rows: readonly InboxRow[];
}

async function unreadLines(view: View, agent: Agent, extra: readonly Event[]): Promise<Lines> {
  const file = await inboxFile(view, agent);
  const data = Buffer.concat([file, freshLines(view, agent, extra)]);
  const { ranks, marks, count } = sortOut(data);
  const all = ranks.length === 1 ? (ranks[0] ?? []) : ranks.flat();
  const spans = marks.size === 0 ? all : withoutMarked(data, all, marks);
  if (file.length > COMPACT_BYTES && spans.length < count) await compact(view, agent.name);
  return { data, spans };
}

/**
 * The unread mail of `agent`, most pressing first (rank, then age).
 * @param extra events that are not on the branch yet (this machine's own receipts in the queue)
 */
export async function unreadOf(
  view: View,
  agent: Agent,
  limit: number,
  extra: readonly Event[] = [],
): Promise<Unread> {
  const lines = await unreadLines(view, agent, extra);
  // Mail arrives in the order of its ids, nearly: mostly the first are the first.
  return firstOf(lines, limit, isSorted(lines) ? limit : lines.spans.length / 2);
}

/**
 * As {@link unreadOf}, for a hook that has no time: of more than `limit` within a rank it takes those
 * that came first, without a look at whether older mail came late; and of a long inbox it reads the
 * top that is kept, and what came since.
 */
export async function pressingOf(
  view: View,
  agent: Agent,
  limit: number,
  extra: readonly Event[] = [],
): Promise<Unread> {
  const top = await pressingTop(view, agent, extra);
  if (top && top.lines.length >= Math.min(limit, top.count)) {
    return { count: top.count, rows: rowsOf(top.lines.slice(0, limit), limit) };
  }
  const unread = firstOf(await unreadLines(view, agent, extra), limit, limit);
  if ((view.head.inboxes[agent.name] ?? 0) > TOP_BYTES) await keepTop(view, agent.name);
  return unread;
}

async function pressingTop(
  view: View,
  agent: Agent,
  extra: readonly Event[],
): Promise<ReturnType<typeof topWith>> {
  if ((view.head.inboxes[agent.name] ?? 0) <= TOP_BYTES) return undefined;
  const top = await view.store.readTop(agent.name);
  if (top === undefined) return undefined;
  const since = await view.store.readInboxFrom(view.head, agent.name, top.bytes);
  if (since === undefined || since.length > TOP_BYTES) return undefined;
  return topWith(top, Buffer.concat([since, freshLines(view, agent, extra)]));
}

/** Looks through an inbox as it is on disk now, and keeps its top for those who come next. */
async function keepTop(view: View, agent: string): Promise<void> {
  try {
    await view.withIndex(async () => {
      const head = await view.store.load();
      const data = head && (await view.store.readInbox(head, agent));
      if (data) await view.store.writeTop(agent, topOf(data));
    });
  } catch {
    // A full or read-only disk: the next one reads the whole inbox again.
  }
}

/** What the index does not hold yet. */
function freshLines(view: View, agent: Agent, extra: readonly Event[]): Buffer {
  const events = [...view.fold.events, ...extra];
  return Buffer.from(events.map((event) => inboxLines(event, agent)).join(''));
}

/** @param among so many of the lines, from the first on */
function firstOf({ data, spans }: Lines, limit: number, among: number): Unread {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(among * 2, spans.length); at += 2) {
    lines.push(data.toString('latin1', spans[at] ?? 0, spans[at + 1] ?? 0));
  }
  return { count: spans.length / 2, rows: rowsOf(lines, limit) };
}

/** The ids of all that `agent` has not read. */
export async function unreadIds(
  view: View,
  agent: Agent,
  extra: readonly Event[] = [],
): Promise<Set<string>> {
  const { data, spans } = await unreadLines(view, agent, extra);
  return new Set(spans.flatMap((start, at) => (at % 2 === 0 ? [idAt(data, start)] : [])));
}

/**
 * Messages whose line in the log holds all of `needles` (bytes as they stand in
 * the JSON), oldest first, as far as `accept` takes them.
 * @param fold whether to compare without regard to case
 */
export async function findMessages(
  view: View,
  needles: readonly string[],
  accept: (message: Message) => boolean,
  fold = false,
): Promise<Message[]> {
  const found = new Map<string, Message>();
  const take = (event: Event | undefined): void => {
    if (event && 'message' in event && accept(event.message)) {
      found.set(event.message.id, event.message);
    }
  };
  const visit = (chunk: Buffer): boolean => {
    const text = chunk.toString('utf8');
    for (const line of linesWith(text, needles, fold)) take(parseLogLine(line));
    return true;
  };
  if (!(await view.store.scanLog(view.head, visit))) {
    await view.repair();
    await view.store.scanLog(view.head, visit);
  }
  for (const event of view.fold.events) take(event);
  return [...found.values()];
}

/**
 * The ids of messages that `agent` has replied to since the log had `from` bytes.
 * @param from as `IndexHead.logBytes` was then; an index built anew since is looked through whole
 */
export async function answersSince(view: View, agent: string, from: number): Promise<Set<string>> {
  const answered = new Set<string>();
  const take = (event: Event | undefined): void => {
    if (event && 'message' in event && event.message.from === agent) {
      const { in_reply_to: to } = event.message;
      if (to) answered.add(to);
    }
  };
  await view.store.scanLogFrom(view.head, from, (chunk) => {
    for (const line of linesWith(chunk.toString('utf8'), ['"in_reply_to":'], false)) {
      take(parseLogLine(line));
    }
    return true;
  });
  for (const event of view.fold.events) take(event);
  return answered;
}

/** Lines of `text` that hold every needle; the first needle leads the search. */
function linesWith(text: string, needles: readonly string[], fold: boolean): string[] {
  const [first = '', ...others] = needles;
  const haystack = fold ? text.toLowerCase() : text;
  // Lower-casing may change the length of a text: then positions do not carry over.
  const source = haystack.length === text.length ? text : haystack;
  if (source !== text) return text.split('\n').filter((line) => line !== '');
  const lines: string[] = [];
  for (let at = haystack.indexOf(first); at >= 0 && at < text.length; ) {
    const start = haystack.lastIndexOf('\n', at - 1) + 1;
    const stop = haystack.indexOf('\n', at);
    const end = stop < 0 ? text.length : stop;
    const line = haystack.slice(start, end);
    if (others.every((needle) => line.includes(needle))) lines.push(text.slice(start, end));
    at = haystack.indexOf(first, end + 1);
  }
  return lines;
}

async function inboxFile(view: View, agent: Agent): Promise<Buffer> {
  const file = await view.store.readInbox(view.head, agent.name);
  return file ?? buildInbox(view, agent);
}

/** The inbox of an agent that has none yet, from the log; kept when that is possible. */
async function buildInbox(view: View, agent: Agent): Promise<Buffer> {
  const lines: string[] = [];
  await view.store.eachEvent(view.head, (event) => {
    lines.push(inboxLines(event, agent));
  });
  const text = dropRead(lines.join(''));
  await view.withIndex(async () => {
    view.head = await view.store.writeInbox(view.head, agent.name, text);
  });
  return Buffer.from(text);
}

async function compact(view: View, agent: string): Promise<void> {
  await view.withIndex(async () => {
    const file = await view.store.readInbox(view.head, agent);
    if (!file) return;
    view.head = await view.store.writeInbox(view.head, agent, dropRead(file.toString('utf8')));
  });
}

function rowsOf(lines: readonly string[], limit: number): InboxRow[] {
  // Lines begin with rank and id, which differ, so that comparing lines compares those.
  const sorted = [...lines].sort((one, other) => (one < other ? -1 : 1));
  return sorted.slice(0, limit).map(parseRow);
}

function parseRow(line: string): InboxRow {
  return JSON.parse(Buffer.from(line.slice(LEAD + 1), 'latin1').toString('utf8')) as InboxRow;
}
