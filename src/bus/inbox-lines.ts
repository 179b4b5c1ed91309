const DASH = 45;
const NEWLINE = 10;
/** Length of a ULID. */
export const ID_LENGTH = 26;
/** Rank and id, by which mail is ordered. */
export const LEAD = 1 + ID_LENGTH;

/** The lines of an inbox that say what is unread, each by where it begins and ends: there may be 100 000. */
export interface Lines {
  /** Bytes as they stand in the inbox file, and behind them what came since. */
  readonly data: Buffer;
  /** Begin and end of each line in turn, the most pressing ranks first, and as they came within a rank. */
  readonly spans: readonly number[];
}

/** As of any bytes: that of buffers has more to ask, which takes as long again. */
const { indexOf } = Uint8Array.prototype;

/** Takes an inbox apart: mail by rank, the most pressing first, and the ids that are marked as read. */
export function sortOut(data: Buffer): { ranks: number[][]; marks: Set<string>; count: number } {
  const ranks = new Map<number, number[]>();
  const marks = new Set<string>();
  let count = 0;
  // Mostly the next line has the rank of the one before.
  let last = DASH;
  let list: number[] = [];
  for (let at = 0; at < data.length; count++) {
    const stop = indexOf.call(data, NEWLINE, at);
    const end = stop < 0 ? data.length : stop;
    const rank = data[at] as number;
    if (rank === DASH) marks.add(data.toString('latin1', at + 1, end));
    else {
      if (rank !== last) {
        list = ranks.get(rank) ?? [];
        ranks.set(rank, list);
        last = rank;
      }
      list.push(at, end);
    }
    at = end + 1;
  }
  const byRank = [...ranks].sort(([one], [other]) => one - other);
  return { ranks: byRank.map(([, spans]) => spans), marks, count };
}

/** The spans whose mail is not marked as read. */
export function withoutMarked(data: Buffer, spans: readonly number[], marks: ReadonlySet<string>) {
  const left: number[] = [];
  for (let at = 0; at < spans.length; at += 2) {
    const [start = 0, end = 0] = [spans[at], spans[at + 1]];
    if (!marks.has(idAt(data, start))) left.push(start, end);
  }
  return left;
}

/** Whether all lines stand in their order already: by rank, then by id. */
export function isSorted({ data, spans }: Lines): boolean {
  for (let at = 2; at < spans.length; at += 2) {
    const [before = 0, start = 0] = [spans[at - 2], spans[at]];
    const order = data.compare(data, before, before + LEAD, start, start + LEAD);
    if (order < 0) return false;
  }
  return true;
}

/** An inbox without its read mail. A mark may come before its mail does: it is kept then. */
export function dropRead(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const marks = lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1));
  const read = new Set(marks);
  const mail = lines.filter((line) => !line.startsWith('-'));
  const there = new Set(mail.map((line) => line.slice(1, 1 + ID_LENGTH)));
  const early = marks.filter((id) => !there.has(id)).map((id) => `-${id}`);
  const kept = mail.filter((line) => !read.has(line.slice(1, 1 + ID_LENGTH)));
  return [...kept, ...early].map((line) => `${line}\n`).join('');
}

/** The id in the line that begins at a byte. */
export function idAt(data: Buffer, start: number): string {
  return data.toString('latin1', start + 1, start + 1 + ID_LENGTH);
}
