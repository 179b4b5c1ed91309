import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeTree, parseTree, type TreeEntry } from '../../src/git/objects.ts';
import { differentRows, TreeRows } from '../../src/git/tree-rows.ts';

// What is done to the bytes of a directory is what is done by taking it apart and building it again.

// Names that are beginnings of each other, files and folders: their order is where it goes wrong.
const name = fc.constantFrom<string>(
  'a',
  'a.',
  'a-b',
  'a0',
  'ab',
  'b',
  'ü',
  '01KAP9Q1V8.md',
  '01KAP9Q1V9.md',
);
// Bytes of an object's name that look like rows.
const oid = fc
  .array(fc.constantFrom(0x00, 0x20, 0x2f, 0x31, 0x61), { minLength: 20, maxLength: 20 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const mode = fc.constantFrom('100644', '40000');
const row = fc.record({ mode, name, oid }, { noNullPrototype: true });
const rows = fc.uniqueArray(row, { selector: (entry) => entry.name, maxLength: 9 });
const changes = fc.dictionary(name, fc.option(fc.record({ mode, oid }), { nil: undefined }));

test('rows are found, put and cut as in a tree that is taken apart', () => {
  const property = fc.property(rows, changes, (before, edits) => {
    const data = encodeTree(before);
    const tree = new TreeRows(data);
    assert.equal(tree.size, before.length);
    const expected = new Map(before.map((entry) => [entry.name, entry]));
    for (const wanted of ['a', 'a0', 'c', 'ü']) {
      assert.deepEqual(tree.find(wanted), expected.get(wanted));
    }
    const asked = new Map<string, TreeEntry | undefined>();
    for (const [at, edit] of Object.entries(edits)) {
      asked.set(at, edit && { ...edit, name: at });
      if (edit) expected.set(at, { ...edit, name: at });
      else expected.delete(at);
    }
    const edited = tree.edit(asked);
    assert.deepEqual(parseTree(edited), parseTree(encodeTree(expected.values())));
  });
  fc.assert(property, { numRuns: 2000 });
});

test('what differs between two trees is in the rows that are left when the rest is trimmed', () => {
  const property = fc.property(rows, rows, (one, other) => {
    const trimmed = differentRows(encodeTree(one), encodeTree(other)).map(parseTree);
    const [left = [], right = []] = trimmed;
    const text = (entries: readonly TreeEntry[]) => entries.map((entry) => JSON.stringify(entry));
    const kept = new Set([...text(left), ...text(right)]);
    const [all, others] = [new Set(text(parseTree(encodeTree(one)))), new Set(text(other))];
    for (const entry of all) assert.equal(others.has(entry) || kept.has(entry), true);
    for (const entry of text(parseTree(encodeTree(other)))) {
      assert.equal(all.has(entry) || kept.has(entry), true);
    }
    const same = one.filter((entry) => text(other).includes(JSON.stringify(entry))).length;
    if (same === one.length && same === other.length) assert.deepEqual(trimmed, [[], []]);
  });
  fc.assert(property, { numRuns: 2000 });
});

test('one row more at the end of a thousand leaves that one row', () => {
  const many = Array.from({ length: 1000 }, (_, n) => ({
    mode: '100644',
    name: `01KAP9Q1V8Z3YQ4T9W2X5M${1000 + n}.md`,
    oid: n.toString(16).padStart(40, '0'),
  }));
  const more = { mode: '100644', name: '01KAP9Q1V8Z3YQ4T9W2X5M2000.md', oid: 'f'.repeat(40) };
  const grown = new TreeRows(encodeTree(many)).edit(new Map([[more.name, more]]));
  assert.deepEqual(differentRows(encodeTree(many), grown).map(parseTree), [[], [more]]);
});

test('a damaged directory is told', () => {
  const data = encodeTree([{ mode: '100644', name: 'a', oid: '1'.repeat(40) }]);
  for (const cut of [1, 5, 8, data.length - 1]) {
    assert.throws(() => new TreeRows(data.subarray(0, cut)), { code: 'corrupt' });
  }
});
