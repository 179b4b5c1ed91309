import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createIds } from '../../src/records/ids.ts';
import type { Task } from '../../src/records/task.ts';
import { claimOne } from '../../src/services/claiming.ts';
import { requestsOf, type Session, type Surroundings } from '../../src/services/session.ts';
import { mirror } from '../../src/services/task-tracker.ts';
import { judgeTasks, worldOfView } from '../../src/services/task-view.ts';
import { nextWork } from '../../src/services/working.ts';
import { BeadsTracker } from '../../src/trackers/beads-tracker.ts';
import { enter, foundProject, openDesk } from '../bus/setting.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import {
  type ScriptedIssue,
  scriptedBeads,
  scriptedDatabase,
  scriptedIssues,
  whyNoBeads,
} from './beads.ts';

const AGENTS = ['left', 'right'] as const;
const TTL = 3_600_000;
const TIMEOUT_MS = 120_000;

function surroundings(cwd: string, agent: string): Surroundings {
  return {
    cwd,
    home: cwd,
    agent,
    repository: undefined,
    now: Date.now,
    ids: createIds(Date.now),
    progress: () => undefined,
    notice: () => undefined,
  };
}

function beadsOf(cwd: string, actor: string): BeadsTracker {
  return new BeadsTracker({ cwd, actor, timeoutMs: TIMEOUT_MS });
}

/**
 * Two machines, each with a database of its own, claim each of the same issues at once, some at a
 * time. No plan brought them: the first claim gives them their records.
 */
async function race(
  t: TestContext,
  { sandbox, folders }: { sandbox: Sandbox; folders: readonly string[] },
  { count, atOnce }: { count: number; atOnce: number },
): Promise<void> {
  process.env['COMM_NODE_TRACKER_TIMEOUT_MS'] = String(TIMEOUT_MS);
  const path = await foundProject(sandbox, ['founder']);
  const machines = await Promise.all(
    AGENTS.map(async (agent, at) => {
      const { bus, ask } = await openDesk(`file://${path}`, join(sandbox.root, agent));
      t.after(() => bus.close());
      await ask(agent, 'join', { domain: 'founder', repo: 'shop' });
      const cwd = folders[at] ?? '';
      const place = surroundings(cwd, agent);
      const workplace = { topLevel: cwd, agent, repository: undefined, repo: 'shop' };
      const session: Session = { agent, bus, place, workplace, request: requestsOf(place, agent) };
      return { session, listing: await beadsOf(cwd, agent).list() };
    }),
  );
  for (const { session } of machines) await session.bus.receive();
  const [{ session, listing }] = machines as [(typeof machines)[number]];
  const world = worldOfView(await session.bus.view());
  const strays = judgeTasks(world, 'left', listing, Date.now());
  assert.equal(strays.length, count);
  const winners = new Map<string, string>();
  const contest = async (task: Task): Promise<void> => {
    const outcomes = await Promise.all(
      machines.map((one) => claimOne(one.session, task, TTL, one.listing)),
    );
    const won = AGENTS.filter((_, at) => outcomes[at]?.ok);
    assert.equal(won.length, 1, `${task.id}: ${JSON.stringify(outcomes)}`);
    const lost = outcomes.find(({ ok }) => !ok);
    assert.equal(lost && !lost.ok ? lost.refusal.code : '', 'task-claimed');
    winners.set(task.id, won[0] ?? '');
  };
  for (let at = 0; at < count; at += atOnce) {
    await Promise.all(strays.slice(at, at + atOnce).map(({ task }) => contest(task)));
  }
  for (const one of machines) {
    await one.session.bus.receive();
    await nextWork(one.session);
    const { tasks } = (await one.session.bus.view()).fold;
    assert.deepEqual(new Map([...tasks].map(([id, task]) => [id, task.claimed_by])), winners);
    const { issues } = await beadsOf(one.session.place.cwd, one.session.agent).list();
    assert.deepEqual(
      new Map(issues.map(({ id, status, assignee }) => [id, [status, assignee]])),
      new Map([...winners].map(([id, winner]) => [id, ['in_progress', winner]])),
    );
  }
}

function scripted(at: number, fields: Partial<ScriptedIssue> = {}): ScriptedIssue {
  return {
    id: `tst-${at}`,
    title: `Issue ${at}`,
    status: 'open',
    priority: 2,
    labels: [],
    dependencies: [],
    ...fields,
  };
}

test('100 issues that no plan brought are claimed at once on two machines: both databases agree on who has each', async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox, await scriptedBeads(sandbox, '1.0')));
  const folders = AGENTS.map((name) => sandbox.repository(`shop-${name}`));
  const issues = Array.from({ length: 100 }, (_, at) => scripted(at));
  for (const folder of folders) scriptedDatabase(folder, issues);
  await race(t, { sandbox, folders }, { count: 100, atOnce: 10 });
});

test('the same with a real Beads, 12 times', { skip: whyNoBeads() ?? false }, async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox, { BEADS_NO_DAEMON: '1' }));
  const [left, right] = AGENTS.map((name) => sandbox.repository(`shop-${name}`)) as [
    string,
    string,
  ];
  execFileSync('bd', ['init', '--prefix', 'tst', '--quiet'], { cwd: left, stdio: 'ignore' });
  const tracker = beadsOf(left, 'left');
  for (let at = 0; at < 12; at++) {
    const texts = { title: `Issue ${at}`, description: '', acceptance: '' };
    await tracker.create(`t${at}`, { ...texts, priority: 2, labels: [] });
  }
  // What a clone of a repository with its database has.
  cpSync(join(left, '.beads'), join(right, '.beads'), { recursive: true });
  await race(t, { sandbox, folders: [left, right] }, { count: 12, atOnce: 2 });
});

test('a database learns what was decided elsewhere, whatever it says itself; what nobody claimed here is its own', async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox, await scriptedBeads(sandbox, '1.0')));
  const cwd = sandbox.repository('shop');
  const decided: Partial<Task>[] = [
    { status: 'done', done_by: 'backend' },
    { status: 'blocked', claimed_by: 'backend' },
    { status: 'in_progress', claimed_by: 'backend', claim_fence: 7 },
    { status: 'open', claim_fence: 7 },
    { status: 'open' },
  ];
  const said: Partial<ScriptedIssue>[] = [
    { status: 'open' },
    { status: 'in_progress', assignee: 'other' },
    { status: 'blocked', assignee: 'backend' },
    { status: 'closed', assignee: 'other' },
  ];
  const cases = decided.flatMap((record) => said.map((issue) => ({ record, issue })));
  const before = cases.map(({ issue }, at) => scripted(at, issue));
  scriptedDatabase(cwd, before);
  const tasks = new Map(
    cases.map(({ record }, at) => [`t${at}`, taskOf(`t${at}`, `tst-${at}`, record)] as const),
  );
  const here = {
    agent: 'backend',
    place: surroundings(cwd, 'backend'),
    workplace: { topLevel: cwd, agent: 'backend', repository: undefined, repo: 'shop' },
  };
  const tracker = beadsOf(cwd, 'backend');
  const changed = await mirror(here, tasks, await tracker.list());
  const after = scriptedIssues(cwd);
  for (const [at, { record, issue }] of cases.entries()) {
    const stands = after[at];
    const what = `${JSON.stringify(record)} over ${JSON.stringify(issue)}`;
    if (record.status === 'open' && record.claim_fence === undefined)
      assert.deepEqual(stands, before[at], what);
    else assert.equal(stands?.status, record.status === 'done' ? 'closed' : record.status, what);
    if (record.status === 'in_progress') assert.equal(stands?.assignee, 'backend', what);
  }
  // 3 of 4 differ under each record, and all that another is said to work on; none of the last kind.
  assert.equal(changed.length, 3 + 3 + 4 + 3);
  assert.deepEqual(await mirror(here, tasks, await tracker.list()), []);
  const fallback = { file: 'issues.jsonl', ageMs: 0, maybeStale: true, why: 'bd hangs' };
  scriptedDatabase(cwd, before);
  assert.deepEqual(await mirror(here, tasks, { ...(await tracker.list()), fallback }), []);
  assert.deepEqual(scriptedIssues(cwd), before);
});

function taskOf(id: string, issue: string, fields: Partial<Task>): Task {
  return {
    id,
    title: id,
    domain: 'backend',
    priority: 2,
    complexity: 'medium',
    depends_on: [],
    required_artifacts: [],
    produces: [],
    locks: [],
    done_when: [],
    notify: [],
    tracker: 'beads',
    tracker_id: issue,
    status: 'open',
    created: '2026-11-22T09:30:00.000Z',
    updated: '2026-11-22T09:30:00.000Z',
    extra: {},
    body: '',
    ...fields,
  };
}
