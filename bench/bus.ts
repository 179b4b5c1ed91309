// The bus under load, as ratios to a bare `git push` of one commit to the same
// remote in the same run. Prints a Markdown table; docs/performance.md keeps one.
// Usage: npm run bench -- bus [SECONDS] [WORD of the rows to run]
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foundProject } from '../test/bus/setting.ts';
import { makeSandbox, type Sandbox } from '../test/support/sandbox.ts';
import { audit, type Report, runStorm } from '../test/support/storm.ts';

/** How the writers of a row stand to the repository. */
interface Setting {
  readonly title: string;
  readonly writers: number;
  readonly machines: number;
  readonly url: (path: string) => string;
  /** What the remote takes for every push, in seconds (a sleeping pre-receive hook). */
  readonly delay?: number;
  /** Messages that must land in the time of one push, and p99 in pushes. */
  readonly bar: { readonly perPush: number; readonly p99: number };
}

const file = (path: string) => `file://${path}`;
const settings: readonly Setting[] = [
  {
    title: 'path hub, 16 writers',
    writers: 16,
    machines: 1,
    url: (path) => path,
    bar: { perPush: 4, p99: 12 },
  },
  {
    title: 'file://, one shared mirror, 16 writers',
    writers: 16,
    machines: 1,
    url: file,
    bar: { perPush: 1.5, p99: Infinity },
  },
  {
    title: '300 ms a push, 16 writers on one machine',
    writers: 16,
    machines: 1,
    url: file,
    delay: 0.3,
    bar: { perPush: 10, p99: Infinity },
  },
  {
    title: '300 ms a push, 4 machines × 4 writers',
    writers: 16,
    machines: 4,
    url: file,
    delay: 0.3,
    bar: { perPush: 6, p99: 8 },
  },
];

const seconds = Number(process.argv[2] ?? 40);
const rows: string[] = [];
const word = process.argv[3] ?? '';
for (const setting of settings) {
  if (setting.title.includes(word)) rows.push(await measure(setting));
}
console.log(
  [
    '| setting | one push, ms | messages / push time (bar) | p50, pushes | p99, pushes (bar) | slowest / fastest writer (bar 0.5) | messages / s |',
    '|---|---|---|---|---|---|---|',
    ...rows,
  ].join('\n'),
);

async function measure(setting: Setting): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'comm-node-bench-'));
  const sandbox = makeSandbox(root);
  Object.assign(process.env, sandbox.env);
  try {
    const agents = Array.from({ length: setting.writers }, (_, i) => `agent-${i + 1}`);
    const path = await foundProject(sandbox, agents);
    if (setting.delay !== undefined) {
      mkdirSync(join(path, 'hooks'), { recursive: true });
      writeFileSync(join(path, 'hooks', 'pre-receive'), `#!/bin/sh\nsleep ${setting.delay}\n`, {
        mode: 0o755,
      });
    }
    const before = medianPush(sandbox, path);
    const reports = await runStorm(
      agents.map((agent, i) => ({
        agent,
        url: setting.url(path),
        home: join(root, `machine-${i % setting.machines}`),
        seconds,
        warm: true,
      })),
      sandbox.env,
      12_000,
    );
    check(audit(path, sandbox.env), reports);
    const push = (before + medianPush(sandbox, path)) / 2;
    return row(setting, push, reports);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Sequential pushes of one commit each from an ordinary clone: the median, in milliseconds. */
function medianPush(sandbox: Sandbox, path: string): number {
  const clone = join(sandbox.root, `clone-${Date.now()}`);
  sandbox.git(sandbox.root, 'clone', '--quiet', path, clone);
  const times: number[] = [];
  for (let i = 0; i < 15; i++) {
    sandbox.git(clone, 'commit', '--quiet', '--allow-empty', '--message', `push ${i}`);
    const start = performance.now();
    execFileSync('git', ['push', '--quiet', 'origin', 'HEAD:refs/heads/bench'], {
      cwd: clone,
      env: sandbox.env,
    });
    times.push(performance.now() - start);
  }
  sandbox.git(clone, 'push', '--quiet', 'origin', ':refs/heads/bench');
  return quantile(times, 0.5);
}

function row(setting: Setting, push: number, reports: readonly Report[]): string {
  const latencies = reports.flatMap(({ acked }) => acked.map(({ ms }) => ms));
  const longest = Math.max(...reports.map((report) => report.seconds ?? 0));
  const rate = latencies.length / longest;
  const counts = reports.map(({ acked }) => acked.length);
  const fair = Math.min(...counts) / Math.max(...counts);
  const { bar } = setting;
  const p99 = quantile(latencies, 0.99) / push;
  return `| ${[
    setting.title,
    push.toFixed(0),
    `${((rate * push) / 1000).toFixed(1)} (${bar.perPush})`,
    (quantile(latencies, 0.5) / push).toFixed(1),
    `${p99.toFixed(1)} (${bar.p99})`,
    fair.toFixed(2),
    rate.toFixed(0),
  ].join(' | ')} |`;
}

function check(
  { landed, doubled, fsck }: ReturnType<typeof audit>,
  reports: readonly Report[],
): void {
  const ids = new Set(landed.map(({ id }) => id));
  const lost = reports.flatMap(({ acked }) => acked).filter(({ id }) => !ids.has(id));
  const problems = reports.flatMap((report) => report.problems);
  if (lost.length + doubled.length + problems.length > 0 || fsck !== '') {
    throw new Error(
      JSON.stringify({ lost: lost.length, doubled, problems: problems.slice(0, 5), fsck }),
    );
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
