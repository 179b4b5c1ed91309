// Adds `count` commits to a branch by compare-and-swap and prints each one it was told had landed.
// mode `ours`: writePack and swapRef; mode `git`: git commit-tree and git update-ref.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { encodeCommit, hashObject } from '../../../src/git/objects.ts';
import { writePack } from '../../../src/git/pack.ts';
import { readRef, swapRef } from '../../../src/git/refs.ts';

const [gitDir = '', ref = '', mode = '', count = '0'] = process.argv.slice(2);
const tree = execFileSync('git', ['rev-parse', `${ref}^{tree}`], { cwd: gitDir })
  .toString()
  .trim();
const options = { durable: false, stateDir: join(gitDir, 'state') };

async function ours(head: string, message: string): Promise<string | undefined> {
  const person = { name: 'a', email: 'a@x', at: Date.now() };
  const data = encodeCommit({ tree, parents: [head], author: person, committer: person, message });
  const oid = hashObject('commit', data);
  await writePack(gitDir, [[oid, { type: 'commit', data }]], { durable: false });
  return (await swapRef(gitDir, ref, head, oid, options)) === 'swapped' ? oid : undefined;
}

async function byGit(head: string, message: string): Promise<string | undefined> {
  const run = (...args: string[]) =>
    execFileSync('git', args, { cwd: gitDir, stdio: ['ignore', 'pipe', 'ignore'] });
  const oid = run('commit-tree', tree, '-p', head, '-m', message).toString().trim();
  try {
    run('update-ref', ref, oid, head);
    return oid;
  } catch {
    return undefined;
  }
}

for (let n = 0; n < Number(count); ) {
  const head = (await readRef(gitDir, ref)) ?? '';
  const message = `${process.pid} ${n}`;
  const oid = await (mode === 'git' ? byGit(head, message) : ours(head, message));
  if (oid === undefined) continue;
  process.stdout.write(`${oid}\n`);
  n++;
}
