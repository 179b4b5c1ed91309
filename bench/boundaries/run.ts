// Compares lint-boundaries with dependency-cruiser and eslint-plugin-boundaries: whole
// processes, in turns, on the same files with equivalent rules. Only ratios mean anything.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { git, openWorkbench } from './workbench.ts';

interface Contest {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly runs: number;
  readonly before?: () => void;
  readonly exit: number;
}

interface Timed {
  readonly name: string;
  readonly ms: number;
  readonly mib: number;
}

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));
const bench = openWorkbench(process.env['COMM_NODE_BENCH'] ?? join(tmpdir(), 'comm-node-bench'));
const { repo, tools } = bench;
const tool = (name: string) => join(tools, 'node_modules', name);
const fresh = () => rmSync(join(repo, '.git', 'comm-node'), { recursive: true, force: true });
const eslint = [
  process.execPath,
  tool('eslint/bin/eslint.js'),
  '--config',
  join(tools, 'eslint.config.mjs'),
  '--no-inline-config',
];
const cruise = [
  process.execPath,
  tool('dependency-cruiser/bin/dependency-cruise.mjs'),
  '--config',
  join(tools, 'cruise.cjs'),
  '--output-type',
  'err',
];
const many = Number(process.env['RUNS'] ?? 7);
const few = Math.max(1, Math.ceil(many / 3));
const eslintCache = ['--cache', '--cache-location', join(tools, 'eslint-cache')];
const cruiseCache = ['--cache', join(tools, 'cruise-cache')];

const ours = (name: string, args: readonly string[], more: Partial<Contest> = {}): Contest => ({
  name,
  command: [process.execPath, bin, 'lint-boundaries', ...args],
  cwd: repo,
  runs: many,
  exit: 0,
  ...more,
});
const theirs = (
  name: string,
  command: readonly string[],
  more: Partial<Contest> = {},
): Contest => ({ name, command, cwd: repo, runs: few, exit: 0, ...more });

/** A child's wall time and peak memory, as the system counts them. */
function measure({ name, command, cwd, exit }: Contest): Timed {
  const env = { ...process.env };
  // It makes every start of Node read certificates: nothing that is compared here needs them.
  delete env['NODE_EXTRA_CA_CERTS'];
  const start = process.hrtime.bigint();
  const { status, stderr, stdout } = spawnSync('/usr/bin/time', ['-f', '%M', ...command], {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== exit)
    throw new Error(`${name} ended with ${status}: ${stderr.slice(-800)} ${stdout.slice(-800)}`);
  return { name, ms, mib: Number(stderr.trim().split('\n').at(-1)) / 1024 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function compete(contests: readonly Contest[]): Map<string, Timed> {
  const all = new Map<string, Timed[]>();
  for (let round = 0; round < many; round++) {
    for (const contest of contests) {
      if (round >= contest.runs) continue;
      contest.before?.();
      all.set(contest.name, [...(all.get(contest.name) ?? []), measure(contest)]);
    }
  }
  return new Map(
    [...all].map(([name, runs]) => [
      name,
      { name, ms: median(runs.map(({ ms }) => ms)), mib: median(runs.map(({ mib }) => mib)) },
    ]),
  );
}

/** Ten files of the index changed, each with one line more. */
function stageTen(line: string): void {
  git(repo, 'reset', '--quiet', '--hard');
  const files = git(repo, 'ls-files', 'part-viem/actions')
    .split('\n')
    .filter((path) => path.endsWith('.ts'))
    .slice(0, 10);
  for (const file of files) {
    const path = join(repo, file);
    writeFileSync(
      path,
      `${readFileSync(path, 'utf8')}${line.replace('UP', '../'.repeat(file.split('/').length - 1))}\n`,
    );
  }
  git(repo, 'add', '.');
}

function table(title: string, results: ReadonlyMap<string, Timed>, unit: Timed | undefined): void {
  console.log(`\n${title}\n`);
  for (const { name, ms, mib } of results.values()) {
    const ratio = unit ? `${(ms / unit.ms).toFixed(1)} × ${unit.name}` : '';
    console.log(
      `${name.padEnd(44)} ${ms.toFixed(0).padStart(7)} ms ${mib.toFixed(0).padStart(5)} MiB  ${ratio}`,
    );
  }
}

const empty = theirs('node -e 0', [process.execPath, '-e', '0'], { runs: many });
git(repo, 'reset', '--quiet', '--hard');
console.log(`${bench.files} files`);
// COLD=0 leaves out the part that takes minutes.
if (process.env['COLD'] !== '0') {
  const whole = compete([
    empty,
    ours('cold', [], { before: fresh }),
    ours('cold, --no-cache', ['--no-cache']),
    ours('cold, --no-cache --no-gate', ['--no-cache', '--no-gate'], { runs: few }),
    theirs('dependency-cruiser', [...cruise, '.']),
    theirs('eslint-plugin-boundaries', [...eslint, '.']),
  ]);
  table('Everything, clean', whole, whole.get('node -e 0'));
}
// WARM=0 leaves out the part for which both rivals must fill their caches.
if (process.env['WARM'] !== '0') {
  measure(ours('warm up', []));
  measure(theirs('warm up', [...cruise, ...cruiseCache, '.']));
  measure(theirs('warm up', [...eslint, ...eslintCache, '.']));
  const warm = compete([
    empty,
    ours('warm', []),
    theirs('dependency-cruiser, warm', [...cruise, ...cruiseCache, '.'], { runs: many }),
    theirs('eslint-plugin-boundaries, warm', [...eslint, ...eslintCache, '.'], { runs: many }),
  ]);
  table('Everything again, warm', warm, warm.get('node -e 0'));
}
// The report of exactly this index is known after one run: what is timed is the first one after a change.
const forget = (line: string) => () => {
  git(repo, 'reset', '--quiet', '--hard');
  measure(ours('warm up', ['--staged']));
  stageTen(`${line} // ${Math.random()}`);
};
// STAGED=0 leaves out the part that changes files.
if (process.env['STAGED'] !== '0') {
  const staged = compete([
    empty,
    ours('ten staged, clean', ['--staged'], { before: forget('// nothing') }),
    ours('ten staged, each with one import more', ['--staged'], {
      before: forget("import 'UPpart-viem/index';"),
    }),
    ours('ten staged, each breaking a rule', ['--staged'], {
      before: forget("import 'UPpart-zod/src/index';"),
      exit: 1,
    }),
  ]);
  table('Staged', staged, staged.get('node -e 0'));
}
git(repo, 'reset', '--quiet', '--hard');
