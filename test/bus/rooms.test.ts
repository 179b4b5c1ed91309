import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { IndexStore } from '../../src/bus/index-store.ts';
import { roomsOf } from '../../src/bus/room-records.ts';
import { type RoomPlaces, RoomStore } from '../../src/bus/room-store.ts';
import type { CommError } from '../../src/errors.ts';
import { createSandbox } from '../support/sandbox.ts';
import { enter, foundProject, openDesk } from './setting.ts';

const PATHS = ['tasks/a.md', 'tasks/a-b.md', 'tasks/a.b.md', 'tasks/ü.md', 'tasks/a\tb\\\n.md'];
const step = fc.record({
  path: fc.constantFrom(...PATHS, ...Array.from({ length: 30 }, (_, i) => `tasks/t${i}.md`)),
  // null: it is gone
  body: fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('long\n'.repeat(4000)))),
  fate: fc.constantFrom('kept', 'kept', 'saved', 'reopened', 'killed'),
});

test('a room reads as what was put into it, however often it is written and sorted anew', async (t) => {
  const { root } = createSandbox(t);
  const store = new RoomStore(root);
  const open = (places: RoomPlaces) =>
    roomsOf((room) => {
      const place = places[room];
      return place && store.open(place);
    });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const model = new Map<string, unknown>();
      let places: RoomPlaces = {};
      let rooms = open(places);
      for (const { path, body, fate } of steps) {
        const record = body === null ? null : { path, fields: { schema: 1, note: body }, body };
        rooms.tasks.set(path, record);
        if (record) model.set(path, record);
        else model.delete(path);
        // Killed: the files have grown, and the head does not say so.
        if (fate === 'killed') await store.grow(places, rooms);
        if (fate === 'saved' || fate === 'reopened') {
          places = await store.grow(places, rooms);
          assert.ok(await store.isWhole(places));
          if (fate === 'reopened') rooms = open(places);
          else rooms.tasks.rest(open(places).tasks);
        }
        for (const one of PATHS) assert.deepEqual(rooms.tasks.get(one), model.get(one));
      }
      const all = [...rooms.tasks.values()].map((record) => [record.path, record] as const);
      assert.equal(all.length, model.size);
      assert.deepEqual(new Map<string, unknown>(all), model);
    }),
    { numRuns: 60 },
  );
  const left = readdirSync(root).filter((name) => name.startsWith('tasks-'));
  assert.ok(left.length <= 3, left.join(' '));
});

test('what is not about tasks reads none; a damaged room is told, and mended by the next command', async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const path = await foundProject(sandbox, ['backend', 'frontend']);
  const desk = await openDesk(path, join(sandbox.root, 'machine'));
  t.after(() => desk.bus.close());
  const tasks = ['api', 'ui'].map((id) => ({ id, title: `The ${id}`, domain: 'backend' }));
  await desk.ask('human', 'plan', { document: { plan: 'auth', text: '', tasks } });
  const ids = async () => [...(await desk.bus.view()).fold.tasks.keys()].sort();
  assert.deepEqual(await ids(), ['api', 'ui']);
  const folder = join(desk.bus.hub.state, 'index');
  const place = (await new IndexStore(folder).load())?.rooms.tasks;
  assert.ok(place);
  const bytes = readFileSync(join(folder, place.file));
  // As a power cut may leave it: as long as it was, and empty in the middle.
  writeFileSync(join(folder, place.file), Buffer.from(bytes).fill(0, 10, bytes.length - 1));
  assert.ok('published' in (await desk.send('backend', 'frontend', 'Hello.')));
  await assert.rejects(ids(), (error: CommError) => error.code === 'index-damaged');
  assert.deepEqual(await ids(), ['api', 'ui']);
});
