import type { Agent } from '../records/agent.ts';
import type { Message } from '../records/message.ts';
import { type Event, type InboxRow, inboxLines, parseLogLine } from './event.ts';
import type { View } from './view.ts';

const DASH = '-';
/** Length of a ULID. */
const ID_LENGTH = 26;
/** An inbox file is written anew when it is this long and mostly of mail that was read. */
const COMPACT_BYTES = 256 * 1024;

/** The unread mail of one agent. */
export interface Unread {
  /** How many there are. */
  readonly count: number;
  /** The most pressing ones, most pressing first. */
  readonly rows: readonly InboxRow[];
}

/**
 * The unread lines of an inbox, most pressing first, unparsed: there may be 100 000. They are
 * latin1, one character a byte: slices of one text cost nothing, where buffers cost an object each.
 */
async function unreadLines(view: View, agent: Agent, extra: readonly Event[]): Promise<string[]> {
  const file = await inboxFile(view, agent);
  const fresh = [...view.fold.events, ...extra].map((event) => inboxLines(event, agent)).join('');
  const text = file.toString('latin1') + Buffer.from(fresh).toString('latin1');
  const { mail, marks, count } = sortOut(text);
  const unread = marks.size === 0 ? mail : mail.filter((line) => !marks.has(idOf(line)));
  if (file.length > COMPACT_BYTES && unread.length * 2 < count) await compact(view, agent.name);
  // Mail arrives in the order of its ids, nearly: what is sorted already takes one look. Lines begin
  // with rank and id, which differ, so that comparing lines compares those.
  const isSorted = unread.every((line, at) => at === 0 || (unread[at - 1] ?? '') < line);
  return isSorted ? unread : unread.sort((one, other) => (one < other ? -1 : 1));
}

/** Takes an inbox apart: mail, the most pressing ranks first, and the ids that are marked as read. */
function sortOut(text: string): { mail: string[]; marks: Set<string>; count: number } {
  const ranks = new Map<string, string[]>();
  const marks = new Set<string>();
  let count = 0;
  for (let at = 0; at < text.length; count++) {
    const stop = text.indexOf('\n', at);
    const end = stop < 0 ? text.length : stop;
    const rank = text[at] ?? '';
    if (rank === DASH) marks.add(text.slice(at + 1, end));
    else {
      const known = ranks.get(rank);
      if (known) known.push(text.slice(at, end));
      else ranks.set(rank, [text.slice(at, end)]);
    }
    at = end + 1;
  }
  const mail = [...ranks.keys()].sort().flatMap((rank) => ranks.get(rank) ?? []);
  return { mail, marks, count };
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
  return { count: lines.length, rows: lines.slice(0, limit).map(parseRow) };
}

/** The ids of all that `agent` has not read. */
export async function unreadIds(
  view: View,
  agent: Agent,
  extra: readonly Event[] = [],
): Promise<Set<string>> {
  return new Set((await unreadLines(view, agent, extra)).map(idOf));
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

/** An inbox without its read mail. A mark may come before its mail does: it is kept then. */
function dropRead(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const marks = lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1));
  const read = new Set(marks);
  const mail = lines.filter((line) => !line.startsWith('-'));
  const there = new Set(mail.map((line) => line.slice(1, 1 + ID_LENGTH)));
  const early = marks.filter((id) => !there.has(id)).map((id) => `-${id}`);
  const kept = mail.filter((line) => !read.has(line.slice(1, 1 + ID_LENGTH)));
  return [...kept, ...early].map((line) => `${line}\n`).join('');
}

function idOf(line: string): string {
  return line.slice(1, 1 + ID_LENGTH);
}

function parseRow(line: string): InboxRow {
  return JSON.parse(
    Buffer.from(line.slice(1 + ID_LENGTH + 1), 'latin1').toString('utf8'),
  ) as InboxRow;
}
