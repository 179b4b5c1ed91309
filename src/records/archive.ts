import * as v from 'valibot';
import { formatRecord, parseRecord } from './codec.ts';
import { type Fields, recordFault } from './fields.ts';
import { archivePath, roomOf } from './paths.ts';
import { checkFields, countField, idField, oidField, SCHEMA, timeField } from './schema.ts';

/** Says which messages, receipts and violations left the tree, and where history keeps them. */
export interface Archive {
  readonly id: string;
  /** The commit whose tree still holds the files removed: the parent of the archive commit. */
  readonly tip: string;
  /** The lowest id that was removed. */
  readonly from?: string;
  /** Records with an id below this one were removed. */
  readonly cut: string;
  /** How many were removed. */
  readonly count: number;
  /** RFC 3339. */
  readonly created: string;
}

const ORDER = ['schema', 'id', 'tip', 'from', 'cut', 'count', 'created'];

const SCHEMA_OF_ARCHIVE = v.object({
  id: idField,
  tip: oidField,
  from: v.exactOptional(idField),
  cut: idField,
  count: countField,
  created: timeField,
});

/**
 * Reads `archives/<id>.md`.
 * @throws RecordError
 */
export function parseArchive(text: string, path: string): Archive {
  const record = parseRecord(text, path);
  const archive = checkFields(SCHEMA_OF_ARCHIVE, record, path);
  if (roomOf(path) === 'archives' && path !== archivePath(archive.id)) {
    const line = record.lines.get('id') ?? 1;
    throw recordFault(path, line, 'the id that the path says', archivePath(archive.id), archive.id);
  }
  return archive;
}

/** Writes an archive record. */
export function formatArchive(archive: Archive, extra: Fields = {}): string {
  return formatRecord({ ...extra, schema: SCHEMA, ...archive }, '', ORDER);
}
