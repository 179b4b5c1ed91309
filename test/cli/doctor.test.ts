import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createIds } from '../../src/records/ids.ts';
import { formatMessage } from '../../src/records/message-file.ts';
import { messagePath } from '../../src/records/paths.ts';
import { type Office, openOffice } from './office.ts';

interface Check {
  readonly name: string;
  readonly status: string;
  readonly found: string;
  readonly mend?: string;
}

async function examine(office: Office, agent = 'backend'): Promise<(name: string) => Check[]> {
  const { checks } = await office.data(agent, 'doctor');
  return (name) => (checks as Check[]).filter((check) => check.name === name);
}

describe('doctor finds', { concurrency: 4 }, () => {
  test('a clock that is ahead, by the message it wrote, and names agent and machine', async (t) => {
    const office = await openOffice(t);
    const { root, git } = office;
    const ahead = Date.now() + 7_200_000;
    const id = createIds(() => ahead)();
    const text = formatMessage({
      id,
      type: 'announcement',
      tier: 'coordination',
      from: 'frontend',
      to: ['backend'],
      cc: [],
      thread: id,
      priority: 'medium',
      artifacts: [],
      blocks_progress: false,
      ack_required: false,
      tokens: 1,
      created: new Date(ahead).toISOString(),
      body: 'hello',
    });
    git(root, 'clone', '--quiet', 'hub.git', 'clone');
    const file = join(root, 'clone', messagePath(id));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    git(`${root}/clone`, 'add', '.');
    git(`${root}/clone`, 'commit', '--quiet', '--message', 'From the future');
    git(`${root}/clone`, 'push', '--quiet');
    const [clock] = (await examine(office))('clocks');
    assert.equal(clock?.status, 'warn');
    assert.match(clock?.found ?? '', /^frontend \(on .+\) is (2h|1h 59m)/);
    assert.ok(clock?.found.includes(hostname()));
    assert.match((await office.as('backend', ['inbox'])).stdout, /just now frontend announcement/);
  });

  test('a write lock of a process that is gone; the next message works all the same', async (t) => {
    const office = await openOffice(t);
    const lock = join(office.root, 'hub.git', 'comm-node', 'write.lock');
    writeFileSync(
      lock,
      `${JSON.stringify({ pid: 4_000_000, start: '1', host: hostname(), token: 'x' })}\n`,
    );
    const [found] = (await examine(office))('write lock');
    assert.equal(found?.status, 'warn');
    assert.match(found?.found ?? '', /process that is gone/);
  });

  test('a message that was queued and then refused', async (t) => {
    const office = await openOffice(t, (path) => pathToFileURL(path).href);
    const { root, as, data } = office;
    renameSync(`${root}/hub.git`, `${root}/gone.git`);
    assert.equal((await data('backend', 'send', 'frontend', 'Hello?'))['state'], 'queued');
    renameSync(`${root}/gone.git`, `${root}/hub.git`);
    const there = { ...office.env, COMM_NODE_HOME: `${root}/another machine` };
    assert.equal((await as('frontend', ['leave'], { env: there })).code, 0);
    const sync = await data('backend', 'sync');
    assert.equal(sync['refused'], 1);
    assert.equal(sync['sent'], 0);
    const [found] = (await examine(office))('refused');
    assert.equal(found?.status, 'warn');
    assert.match(found?.found ?? '', /send \w{7} of backend was refused: frontend left/);
    assert.match((await as('backend', ['status'])).stdout, /^refused later: send of backend/m);
    const file = /rm '(.+)'$/.exec(found?.mend ?? '')?.[1] ?? '';
    assert.deepEqual(readdirSync(dirname(file)), [file.split('/').at(-1)]);
  });

  test('a hub that cannot be written to', {
    skip: process.getuid?.() === 0 && 'root may write anywhere',
  }, async (t) => {
    const office = await openOffice(t);
    const objects = join(office.root, 'hub.git', 'objects');
    chmodSync(objects, 0o555);
    t.after(() => chmodSync(objects, 0o755));
    const [found] = (await examine(office))('writable');
    assert.equal(found?.status, 'fail');
  });

  test('an agent that left, and a project that cannot be read', async (t) => {
    const office = await openOffice(t);
    const { root, git } = office;
    await office.as('frontend', ['leave']);
    const [gone] = (await examine(office, 'frontend'))('repository');
    assert.equal(gone?.status, 'fail');
    git(root, 'clone', '--quiet', 'hub.git', 'clone');
    writeFileSync(`${root}/clone/comm-node.toml`, 'name = \n');
    git(`${root}/clone`, 'commit', '--quiet', '--all', '--message', 'A slip');
    git(`${root}/clone`, 'push', '--quiet');
    const [project] = (await examine(office))('project');
    assert.equal(project?.status, 'fail');
    assert.match(project?.found ?? '', /comm-node\.toml:1/);
    const sent = await office.as('backend', ['send', 'human', 'hello', '--json']);
    assert.equal(sent.json().error.code, 'project-malformed');
  });
});
