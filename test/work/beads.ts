import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../support/sandbox.ts';

/** The eras of `bd` whose answers were recorded. */
export const ERAS = ['0.29', '0.47', '0.50', '1.0', '1.3-envelope'] as const;

const script = fileURLToPath(new URL('../fixtures/beads/scripted-bd.mjs', import.meta.url));
let serving: Promise<number> | undefined;

/** A `bd` on a PATH of its own that answers as those of one era did. */
export async function scriptedBeads(
  sandbox: Sandbox,
  era: string,
): Promise<Record<string, string>> {
  serving ??= serve();
  const port = await serving;
  const folder = sandbox.folder(`bd-${era}`);
  const file = join(folder, 'bd');
  writeFileSync(file, client(port));
  chmodSync(file, 0o755);
  return { PATH: `${folder}${delimiter}${sandbox.env['PATH']}`, COMM_NODE_TEST_ERA: era };
}

/** Starts the one script of this test file: it ends when the file's process does. */
async function serve(): Promise<number> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  child.unref();
  // Its pipes are sockets, and would keep this process alive.
  for (const stream of [child.stdin, child.stdout] as unknown as { unref(): void }[])
    stream.unref();
  return Number(line.toString('utf8'));
}

function client(port: number): string {
  return [
    '#!/usr/bin/env bash',
    'LC_ALL=C',
    `exec 3<>/dev/tcp/127.0.0.1/${port} || exit 70`,
    'printf \'%s\\0\' "$#" "$COMM_NODE_TEST_ERA" "$COMM_NODE_TEST_HANG" "$PWD" "$@" >&3',
    'read -r code size <&3',
    'IFS= read -r -N "$size" out <&3',
    'printf \'%s\' "$out"',
    'cat <&3 >&2',
    'exit "$code"',
    '',
  ].join('\n');
}

/** An issue in the script's database. */
export interface ScriptedIssue {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly assignee?: string;
  readonly priority: number;
  readonly labels: readonly string[];
  readonly dependencies: readonly object[];
}

/** A `.beads` for the script. */
export function scriptedDatabase(worktree: string, issues: readonly ScriptedIssue[] = []): void {
  mkdirSync(join(worktree, '.beads'), { recursive: true });
  writeFileSync(join(worktree, '.beads', 'scripted.json'), JSON.stringify(issues));
}

/** What the script's database holds now. */
export function scriptedIssues(worktree: string): ScriptedIssue[] {
  return JSON.parse(readFileSync(join(worktree, '.beads', 'scripted.json'), 'utf8'));
}

/** Why there is no real `bd` to be tried; undefined if there is one. */
export function whyNoBeads(): string | undefined {
  try {
    execFileSync('bd', ['version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'NO REAL bd ON PATH: only recorded answers were tried (.ci/install-beads FOLDER builds one)';
  }
}
