import { ID_LENGTH, sortOut, withoutMarked } from './inbox-lines.ts';

/** Lines that are kept: some of them may be read before all of the inbox must be looked through again. */
const KEPT = 400;

/** The most pressing part of an inbox: what a hook tells, without a look at all of a long one. */
export interface InboxTop {
  /** The part of the inbox file it stands for, from the beginning. */
  readonly bytes: number;
  /** Unread mail in that part. */
  readonly count: number;
  /** Ids that are marked as read, and whose mail has not come. */
  readonly early: readonly string[];
  /** Unread lines, each byte a letter: the most pressing rank first, and as they came within a rank. */
  readonly lines: readonly string[];
}

/** The top of an inbox. @param kept so many lines of it */
export function topOf(data: Buffer, kept = KEPT): InboxTop {
  const { marks, all } = inOrder(data);
  const spans = withoutMarked(data, all, marks);
  const early = new Set(marks);
  if (early.size > 0) for (const line of linesAt(data, all)) early.delete(idOf(line));
  const lines = linesAt(data, spans.slice(0, kept * 2));
  return { bytes: data.length, count: spans.length / 2, early: [...early], lines };
}

/**
 * A top with what came since; undefined when only the whole inbox can tell: whether mail that is
 * marked now, and is not among the lines kept, was unread until then.
 */
export function topWith(
  top: InboxTop,
  fresh: Buffer,
): Pick<InboxTop, 'count' | 'lines'> | undefined {
  if (fresh.length === 0) return top;
  const { marks, all } = inOrder(fresh);
  const read = new Set([...top.early, ...marks]);
  const come = linesAt(fresh, all);
  const known = new Set([...top.early, ...top.lines.map(idOf), ...come.map(idOf)]);
  if ([...marks].some((id) => !known.has(id))) return undefined;
  const isUnread = (line: string) => !read.has(idOf(line));
  const left = top.lines.filter(isUnread);
  const added = come.filter(isUnread);
  // Of lines that were not kept, none comes before the last that was: what is as pressing came later.
  const end = top.count > top.lines.length ? rankOf(top.lines.at(-1) ?? '') : '~';
  const lines = [...left, ...added.filter((line) => rankOf(line) < end)];
  return {
    count: top.count - (top.lines.length - left.length) + added.length,
    lines: lines.sort((one, other) => rankOf(one).charCodeAt(0) - rankOf(other).charCodeAt(0)),
  };
}

/** A top as it lies beside its inbox: one line of JSON, and the lines. */
export function formatTop({ lines, ...head }: InboxTop): string {
  return [JSON.stringify({ ...head, lines: lines.length }), ...lines].join('\n');
}

/** @returns undefined when it is missing or damaged */
export function parseTop(data: Buffer | undefined): InboxTop | undefined {
  if (data === undefined) return undefined;
  const [first = '', ...lines] = data.toString('latin1').split('\n');
  try {
    const { lines: count, ...head } = JSON.parse(first) as Omit<InboxTop, 'lines'> & {
      lines: number;
    };
    return count === lines.length ? { ...head, lines } : undefined;
  } catch {
    return undefined;
  }
}

function inOrder(data: Buffer): { marks: ReadonlySet<string>; all: readonly number[] } {
  const { ranks, marks } = sortOut(data);
  return { marks, all: ranks.flat() };
}

function linesAt(data: Buffer, spans: readonly number[]): string[] {
  const lines: string[] = [];
  for (let at = 0; at < spans.length; at += 2) {
    lines.push(data.toString('latin1', spans[at] ?? 0, spans[at + 1] ?? 0));
  }
  return lines;
}

function rankOf(line: string): string {
  return line.slice(0, 1);
}

function idOf(line: string): string {
  return line.slice(1, 1 + ID_LENGTH);
}
