import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { catalogue, GROUPS } from '../../src/commands/catalogue.ts';
import { blocksOf, examplesOf } from './page.ts';
import { machine, masksFor, Reader } from './reader.ts';

const file = fileURLToPath(new URL('../../README.md', import.meta.url));
const readme = readFileSync(file, 'utf8');
const examples = examplesOf(readme);
const has = (marks: readonly string[], start: string) =>
  marks.some((mark) => mark.startsWith(start));

describe('README', () => {
  test('opens with what to type in a clone', () => {
    const [first] = blocksOf(readme);
    assert.equal(first?.text, 'npm ci && npm run demo\nnpm ci && npm test');
    const before = readme.slice(0, readme.indexOf('```')).replace(/<!--.*-->/g, '');
    assert.ok(before.length < 800, 'after a sentence or two');
  });

  test('its examples on one machine run as they stand, and show what comes', async (t) => {
    const sandbox = machine(t, 'here');
    const reader = new Reader(sandbox, masksFor(sandbox.root));
    const here = examples.filter(({ script: { marks } }) => !has(marks, 'on:'));
    const run = here.filter(({ script: { marks } }) => !has(marks, 'not run: '));
    assert.equal(here.length - run.length, 2, 'blocks that are not run');
    assert.ok(run.length > 10);
    for (const example of run) await reader.follow(example);
  });

  test('its table of verbs is the catalogue', () => {
    const table = [
      '| verb | what it does |',
      '|---|---|',
      ...GROUPS.flatMap((group) => {
        const verbs = catalogue.filter((entry) => entry.group === group);
        const rows = verbs.map(({ name, summary }) => `| \`${name}\` | ${summary} |`);
        return verbs.length > 0 ? [`| **${group}** | |`, ...rows] : [];
      }),
    ].join('\n');
    const [, head = '', old, tail = ''] =
      /^([\s\S]*<!-- verbs: [^\n]*-->\n)([\s\S]*)(<!-- \/verbs -->[\s\S]*)$/.exec(readme) ?? [];
    if (process.env['UPDATE_README'] === '1') writeFileSync(file, `${head}\n${table}\n\n${tail}`);
    else assert.equal(old, `\n${table}\n\n`, 'UPDATE_README=1 npm test writes it anew');
  });

  test('what it links to is there', () => {
    for (const [, target = ''] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      assert.ok(existsSync(join(dirname(file), target)), target);
    }
  });
});
