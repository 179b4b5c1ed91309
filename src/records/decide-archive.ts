import { formatArchive } from './archive.ts';
import { archiveCut } from './archive-cut.ts';
import { idTime } from './ids.ts';
import { archivePath, isDated, recordId } from './paths.ts';
import type { Decision, Request } from './request.ts';
import { noProject } from './roster.ts';
import type { State } from './state.ts';
import { formatTime } from './time.ts';

const DAY = 86_400_000;

/**
 * Takes old messages, receipts and violations out of the tree and says in `archives/<id>.md` where
 * history keeps them. No payload. Unneeded while the tree is within what the project keeps.
 * Result {id, tip, cut, count}.
 */
export async function decideArchive(
  state: State,
  request: Request,
  now: number,
): Promise<Decision> {
  if (state.project === undefined) return { refused: noProject(state) };
  const { keepDays, keepRecords } = state.project;
  const paths = (await state.datedPaths()).filter(isDated);
  const cut = archiveCut(paths.map(recordId), { before: now - keepDays * DAY, keepRecords });
  const tip = state.commit;
  if (cut === undefined || tip === undefined) return { unneeded: { count: 0 } };
  const gone = paths.filter((path) => recordId(path) < cut);
  const ids = gone.map(recordId).sort();
  const { id, at: created } = request;
  const archive = { id, tip, from: ids[0] ?? cut, cut, count: gone.length, created };
  const files = new Map<string, string | null>(gone.sort().map((path) => [path, null]));
  files.set(archivePath(id), formatArchive(archive));
  const subject = `archive: ${gone.length === 1 ? '1 record' : `${gone.length} records`} up to ${dayOf(ids.at(-1))}`;
  return { granted: { files, subject, record: id, result: { id, tip, cut, count: gone.length } } };
}

function dayOf(id: string | undefined): string {
  return id === undefined ? 'now' : formatTime(idTime(id)).slice(0, 10);
}
