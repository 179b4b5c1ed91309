import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSandbox } from '../support/sandbox.ts';
import { enter, foundProject, openDesk } from './setting.ts';

test('an agent without hooks is heard by what it publishes, a person is not watched', async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const url = `file://${await foundProject(sandbox, ['backend', 'second'])}`;
  const { bus, ask } = await openDesk(url, join(sandbox.root, 'machine'));
  t.after(() => bus.close());
  const began = Date.now();
  await ask('human', 'send', { to: ['backend'], body: 'Hello.' });
  await ask('second', 'send', { to: ['backend'], body: 'Hello.' });
  assert.equal((await bus.heartbeats()).get('second'), undefined);
  const heard = await bus.lastHeard();
  // Git keeps seconds.
  assert.ok((heard.get('second') ?? 0) >= began - 1000, JSON.stringify([...heard]));
  assert.equal(heard.has('human'), false);
  // A later beat is later than what was published.
  await bus.beat('second');
  assert.ok((await bus.lastHeard()).get('second') === (await bus.heartbeats()).get('second'));
});
