import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createIds } from '../../src/records/ids.ts';
import { reassignTask } from '../../src/services/interventions.ts';
import { requestsOf, type Session, type Surroundings } from '../../src/services/session.ts';
import { lookOnce } from '../../src/services/watchdog.ts';
import { claimTask, nextWork } from '../../src/services/working.ts';
import { enter, foundProject, openDesk } from '../bus/setting.ts';
import { createSandbox } from '../support/sandbox.ts';
import { scriptedBeads, scriptedDatabase, scriptedIssues } from './beads.ts';

const HOUR = 3_600_000;

test('what is taken from an agent is returned in Beads too, at once or by the next command that can', async (t) => {
  const sandbox = createSandbox(t);
  const env = { ...(await scriptedBeads(sandbox, '1.0')), COMM_NODE_TRACKER_TIMEOUT_MS: '20000' };
  t.after(enter(sandbox, env));
  const url = await foundProject(sandbox, ['backend', 'second']);
  const home = join(sandbox.root, 'machine');
  const desk = await openDesk(`file://${url}`, home);
  t.after(() => desk.bus.close());
  const cwd = sandbox.repository('shop');
  sandbox.git(cwd, 'config', 'comm-node.repository', `file://${url}`);
  scriptedDatabase(
    cwd,
    ['tst-0', 'tst-1', 'tst-2'].map((id) => ({
      ...{ id, title: id, status: 'open', priority: 2, labels: [], dependencies: [] },
    })),
  );
  const notices: string[] = [];
  const place = (agent: string, now = Date.now): Surroundings => ({
    ...{ cwd, home, agent, repository: `file://${url}`, now, ids: createIds(now) },
    progress: () => undefined,
    notice: (text) => notices.push(text),
  });
  const sessionOf = (agent: string): Session => {
    const workplace = { topLevel: cwd, agent, repository: undefined, repo: 'shop' };
    const here = place(agent);
    return { agent, bus: desk.bus, place: here, workplace, request: requestsOf(here, agent) };
  };
  const said = () => scriptedIssues(cwd).map(({ status, assignee }) => [status, assignee || null]);
  const claim = async (agent: string, task: string) => {
    const outcome = await claimTask(sessionOf(agent), task, HOUR);
    assert.ok(outcome.ok, JSON.stringify(outcome));
  };
  const reassign = async (task: string) => {
    const wish = { task, to: 'second', why: undefined };
    const outcome = await reassignTask(sessionOf('human'), wish);
    assert.deepEqual(outcome.ok && [outcome.data.from, outcome.data.to], ['backend', 'second']);
  };
  for (const task of ['tst-0', 'tst-1', 'tst-2']) await claim('backend', task);
  assert.deepEqual(said(), Array(3).fill(['in_progress', 'backend']));

  await reassign('tst-0');
  assert.deepEqual(said()[0], ['open', null], 'whoever gets it claims it');
  await claim('second', 'tst-0');
  assert.deepEqual(said()[0], ['in_progress', 'second']);

  Object.assign(process.env, { COMM_NODE_TEST_HANG: 'list', COMM_NODE_TRACKER_TIMEOUT_MS: '200' });
  await reassign('tst-1');
  assert.match(notices.join('\n'), /Beads was not told of tst-1: .*; comm-node next tells it/);
  assert.deepEqual(said()[1], ['in_progress', 'backend']);
  process.env['COMM_NODE_TRACKER_TIMEOUT_MS'] = '20000';
  delete process.env['COMM_NODE_TEST_HANG'];
  await nextWork(sessionOf('second'));
  assert.deepEqual(said()[1], ['open', null]);

  const look = await lookOnce(place('human', () => Date.now() + HOUR));
  assert.deepEqual(
    look.lost.map(({ agent, tasks }) => [agent, tasks]),
    [
      ['backend', ['tst-2']],
      ['second', ['tst-0']],
    ],
  );
  assert.deepEqual(said(), Array(3).fill(['open', null]));
});
