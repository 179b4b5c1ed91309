import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Listing, Place, type Row, symbolicLink } from './listing.ts';

/** Folders that hold nobody's own code; inside a repository its ignore files say so. */
const left = new Set(['node_modules', '.git', '.hg', '.svn']);

/** All files below a folder that is in no repository, those of installed packages left out. */
export function listFolder(top: string): Listing {
  const rows: Row[] = [];
  walk(top, '', rows);
  return Listing.of(rows.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)));
}

function walk(top: string, folder: string, rows: Row[]): void {
  for (const entry of readdirSync(join(top, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!left.has(entry.name)) walk(top, path, rows);
    } else if (entry.isFile() || entry.isSymbolicLink()) {
      const mode = entry.isSymbolicLink() ? symbolicLink : 0o100644;
      rows.push({ path, mode, oid: '', place: Place.disk });
    }
  }
}
