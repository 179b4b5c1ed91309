import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { audit, type Report, startWriter, type Writer } from '../support/storm.ts';
import { enter, foundProject, openDesk } from './setting.ts';

// SIGKILL of random writers, and of whoever holds the hub, in the middle of a
// storm of 200 messages: what was acknowledged is there once, what was not is
// there once or not at all, and the hub works on with nothing mended by hand.

/** CI runs all 200; a developer's `npm test` a part of them, unless told otherwise. */
const RUNS = Number(process.env['COMM_NODE_KILL_RUNS'] ?? (process.env['CI'] ? 200 : 20));
const WRITERS = 4;
const EACH = 50;

/**
 * Storms of 200 messages with kills in them, one after the other in one repository.
 * @param share of all runs, from 0 to 1
 */
export function killStorms(title: string, share: number, urlOf: (path: string) => string): void {
  const runs = Math.max(1, Math.round(RUNS * share));
  test(`SIGKILL during a storm over ${title}, ${runs} times`, async (t) => {
    const sandbox = createSandbox(t);
    t.after(enter(sandbox));
    const agents = Array.from({ length: WRITERS }, (_, i) => `agent-${i + 1}`);
    const path = await foundProject(sandbox, agents);
    const home = join(sandbox.root, 'machine');
    let before = sandbox.git(path, 'rev-parse', 'main');
    for (let run = 0; run < runs; run++) {
      const writers = agents.map((agent) => ({ agent, url: urlOf(path), home }));
      const reports = await killingStorm(writers, sandbox);
      checkRun(sandbox, path, reports, before, run);
      before = sandbox.git(path, 'rev-parse', 'main');
    }
    const { doubled, merges, sideways, fsck } = audit(path, sandbox.env);
    assert.deepEqual(
      { doubled, merges, sideways, fsck },
      { doubled: [], merges: 0, sideways: 0, fsck: '' },
    );
    const desk = await openDesk(urlOf(path), home);
    const last = await desk.send('agent-1', 'agent-2', 'Still here.');
    assert.ok('published' in last);
    desk.bus.close();
  });
}

/** Every writer sends its share; while they do, some are killed and begin again with what is left. */
async function killingStorm(writers: readonly Writer[], sandbox: Sandbox): Promise<Report[]> {
  const reports: Report[] = [];
  const live = writers.map(async (writer, i) => {
    let left = EACH;
    // Two of four are killed, at a moment that differs from run to run.
    for (let kills = i < 2 ? 1 + Math.floor(Math.random() * 2) : 0; left > 0; kills--) {
      const { child, report, ready, ended } = await startWriter(
        { ...writer, count: left },
        sandbox.env,
        0,
      );
      reports.push(report);
      await ready;
      const killed =
        kills > 0 ? setTimeout(() => child.kill('SIGKILL'), Math.random() * 250) : undefined;
      await ended;
      clearTimeout(killed);
      left -= report.acked.length;
      if (kills <= 0) assert.equal(left, 0, JSON.stringify(report.problems));
    }
  });
  await Promise.all(live);
  return reports;
}

function checkRun(
  sandbox: Sandbox,
  path: string,
  reports: readonly Report[],
  before: string,
  run: number,
): void {
  const { landed, doubled, merges, sideways } = audit(path, sandbox.env, before);
  const there = new Set(landed.map(({ id }) => id));
  const acked = reports.flatMap((report) => report.acked.map(({ id }) => id));
  const lost = acked.filter((id) => !there.has(id));
  const problems = reports.flatMap((report) => report.problems);
  assert.deepEqual(
    { run, lost, doubled, merges, sideways, problems },
    { run, lost: [], doubled: [], merges: 0, sideways: 0, problems: [] },
  );
  // Each kill can leave at most one message that landed without its writer hearing of it.
  const unheard = landed.length - acked.length;
  assert.ok(
    unheard >= 0 && unheard <= reports.length - WRITERS,
    `${unheard} unheard in run ${run}`,
  );
}
