import type { CommitSummary } from './history.ts';
import type { Oid } from './objects.ts';
import { gitText } from './process.ts';

/** One change of a file: the commit, and the blob that it left; null where it was deleted. */
export interface FileChange extends Pick<CommitSummary, 'oid' | 'author' | 'at' | 'subject'> {
  readonly blob: Oid | null;
}

/**
 * The changes of one file along a history, newest first.
 * @param path taken literally
 * @param limit at most so many
 */
export async function fileHistory(
  gitDir: string,
  head: Oid,
  path: string,
  limit?: number,
): Promise<FileChange[]> {
  const args = [
    ...['--literal-pathspecs', 'log', '-z', '--no-show-signature', '--no-color', '--no-mailmap'],
    ...['--raw', '--no-abbrev', '--no-renames', '--full-history', '--topo-order'],
    ...(limit === undefined ? [] : [`--max-count=${limit}`]),
    ...['--format=%x01%H%x00%an%x00%at%x00%s', head, '--', path],
  ];
  const text = await gitText(args, { gitDir });
  return text.split('\x01').slice(1).map(parseChange);
}

// `oid NUL author NUL seconds NUL subject NUL :modes blobs status NUL path NUL`
function parseChange(text: string): FileChange {
  const [oid = '', author = '', seconds = '', subject = '', ...rest] = text.split('\0');
  const raw = rest.find((item) => item.trimStart().startsWith(':')) ?? '';
  const [, , , blob = '', status = ''] = raw.trim().split(' ');
  const gone = status.startsWith('D') || blob === '';
  return { oid, author, at: Number(seconds) * 1000, subject, blob: gone ? null : blob };
}
