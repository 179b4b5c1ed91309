import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../support/sandbox.ts';

/** The eras of `bd` whose answers were recorded. */
export const ERAS = ['0.29', '0.47', '0.50', '1.0', '1.3-envelope'] as const;

const script = fileURLToPath(new URL('../fixtures/beads/scripted-bd.mjs', import.meta.url));

/** A `bd` on a PATH of its own that answers as those of one era did. */
export function scriptedBeads(sandbox: Sandbox, era: string): Record<string, string> {
  const folder = sandbox.folder(`bd-${era}`);
  const file = join(folder, 'bd');
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`);
  chmodSync(file, 0o755);
  return { PATH: `${folder}${delimiter}${sandbox.env['PATH']}`, COMM_NODE_TEST_ERA: era };
}

/** An empty `.beads` for the script. */
export function scriptedDatabase(worktree: string): void {
  mkdirSync(join(worktree, '.beads'), { recursive: true });
  writeFileSync(join(worktree, '.beads', 'scripted.json'), '[]');
}

/** Why there is no real `bd` to be tried; undefined if there is one. */
export function whyNoBeads(): string | undefined {
  try {
    execFileSync('bd', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'no real bd on PATH: only recorded answers were tried (CI: go install github.com/steveyegge/beads/cmd/bd@v0.49.5)';
  }
}
