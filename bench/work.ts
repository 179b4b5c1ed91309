// A plan of 2 000 tasks beside 10 000 artifacts: what checking the plan takes, and what an agent waits
// for who asks what there is to do. Usage: npm run bench -- work [TASKS] [ARTIFACTS]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatArtifact } from '../src/records/artifact-file.ts';
import { artifactPath } from '../src/records/paths.ts';
import { foundProject } from '../test/bus/setting.ts';
import { makeSandbox } from '../test/support/sandbox.ts';

const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
/** So many tasks can be worked on at once; each of the others waits for the one that far before it. */
const WIDTH = 40;
const tasks = Number(process.argv[2] ?? 2000);
const artifacts = Number(process.argv[3] ?? 10_000);

const root = mkdtempSync(join(tmpdir(), 'comm-node-work-'));
process.once('exit', () => rmSync(root, { recursive: true, force: true }));
const sandbox = makeSandbox(root);
Object.assign(process.env, sandbox.env);
const path = await foundProject(sandbox, ['backend']);
publishAll();
const worktree = sandbox.repository('work');
run(['join', path, '--agent', 'backend', '--domain', 'backend', '--repo', 'backend', '--no-hooks']);
writeFileSync(join(worktree, 'plan.json'), JSON.stringify(plan()));
run(['plan', 'import', 'plan.json']);

const node = () => execFileSync(process.execPath, ['-e', '0'], { env: sandbox.env });
console.log(
  `| ${tasks} tasks, ${artifacts} artifacts | ms | × node -e 0 | wanted |\n|---|---|---|---|`,
);
const rows: readonly (readonly [readonly string[], string])[] = [
  [['plan', 'check', 'plan.json'], 'under 1000 ms'],
  [['next'], 'at most 4 ×'],
  [['tasks', 't7'], ''],
  [['locks'], ''],
];
for (const [args, wanted] of rows) {
  const [ours, theirs] = pair(() => run(args), node);
  console.log(
    `| \`${args.join(' ')}\` | ${ours.toFixed(0)} | ${(ours / theirs).toFixed(1)} | ${wanted} |`,
  );
}

function plan(): object {
  const all = Array.from({ length: tasks }, (_, i) => ({
    id: `t${i}`,
    title: `Task ${i}`,
    description: 'Do it as the others were done. '.repeat(6),
    domain: 'backend',
    depends_on: i >= WIDTH ? [`t${i - WIDTH}`] : [],
    required_artifacts: i % 5 === 4 && i > WIDTH ? [`backend/made-${i - WIDTH - 1}.json`] : [],
    produces: [`made-${i}.json`],
    locks: [`src/part-${i}/**`],
    done_when: ['command: npm test', 'Somebody else has read it'],
  }));
  return { plan: 'big', goal: 'Measure it', tasks: all };
}

/** All artifacts in one commit: how they came to be there does not matter to those who read. */
function publishAll(): void {
  const clone = join(root, 'clone');
  sandbox.git(root, 'clone', '--quiet', path, clone);
  for (let i = 0; i < artifacts; i++) {
    const artifact = {
      domain: 'backend',
      name: `part-${i}.json`,
      kind: 'data',
      version: 1 + (i % 3),
      sha256: '5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9',
      bytes: 3,
      blob: '9fceb02d0ae598e95dc970b74767f19372d61af8',
      producer: 'backend',
      consumers: [],
      published: '2026-11-22T09:30:00.000Z',
      extra: {},
      body: '',
    };
    const file = join(clone, artifactPath(artifact.domain, artifact.name));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, formatArtifact(artifact));
  }
  sandbox.git(clone, 'add', '--all');
  sandbox.git(clone, 'commit', '--quiet', '--message', 'artifact: many at once');
  sandbox.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
}

function run(args: readonly string[]): void {
  const options = { cwd: worktree, env: sandbox.env, encoding: 'utf8' } as const;
  const result = spawnSync(process.execPath, [BIN, ...args], options);
  if (result.status !== 0) throw new Error(`${args.join(' ')}: ${result.stderr}`);
}

/** Medians of two things done in turn, in milliseconds; the first rounds warm up. */
function pair(a: () => void, b: () => void, runs = 9): [number, number] {
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < runs + 2; i++) {
    for (const [n, work] of [a, b].entries()) {
      const start = performance.now();
      work();
      if (i >= 2) times[n === 0 ? 0 : 1].push(performance.now() - start);
    }
  }
  return [median(times[0]), median(times[1])];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
