import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { gitFailure } from '../git/process.ts';
import { runGitNow } from '../git/process-sync.ts';
import type { Change } from './changes.ts';

/** What `git status` says has changed on disk against HEAD, untracked files too; ignored ones not. */
export async function changedOnDisk(cwd: string): Promise<Change[]> {
  const args = ['--no-optional-locks', 'status', '--porcelain', '-z', '-uall', '--no-renames'];
  const { code, stdout, stderr } = runGitNow(args, { cwd });
  if (code !== 0) throw gitFailure(args, `failed with exit code ${code}`, stderr, code);
  const lines = stdout.toString().split('\0').filter(Boolean);
  return lines.map((line) => ({
    path: line.slice(3),
    status: diskStatus(line.slice(0, 2)),
    isLink: false,
  }));
}

/** Whether a file was last changed before a moment; one that is gone tells nothing. */
export function isOlder(top: string, path: string, moment: number): boolean {
  const known = lstatSync(join(top, path), { throwIfNoEntry: false });
  return known !== undefined && known.mtimeMs < moment;
}

function diskStatus(letters: string): Change['status'] {
  if (letters === '??') return 'added';
  return letters.includes('D') ? 'deleted' : 'changed';
}
