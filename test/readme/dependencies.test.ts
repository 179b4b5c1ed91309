import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const page = text('docs/dependencies.md');
const rows = [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(([, name = '', licence]) => ({
  name,
  licence,
}));

describe('docs', () => {
  test('each dependency has its row, with its licence', () => {
    const { dependencies, devDependencies } = JSON.parse(text('package.json')) as {
      dependencies: Record<string, string>;
      devDependencies: Record<string, string>;
    };
    const all = Object.keys({ ...dependencies, ...devDependencies });
    assert.deepEqual(rows.map(({ name }) => name).sort(), all.sort());
    for (const { name, licence } of rows) {
      const about = JSON.parse(text(`node_modules/${name}/package.json`)) as { license: string };
      assert.equal(licence, about.license, name);
    }
  });

  test('what is said to be bundled is, and nothing else', () => {
    const [bundled = '', rest = ''] = page.split('## Loaded at run time');
    const notices = text('dist/THIRD-PARTY-NOTICES.txt');
    for (const { name } of rows) {
      const inside = new RegExp(`^${name} \\d`, 'm').test(notices);
      assert.equal(inside, bundled.includes(`| \`${name}\``), name);
      assert.notEqual(inside, rest.includes(`| \`${name}\``), name);
    }
  });

  for (const name of readdirSync(new URL('docs', root))) {
    test(`what docs/${name} names is there`, () => {
      const paths = text(`docs/${name}`).matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+)`/g);
      for (const [, path = ''] of paths) {
        assert.ok(existsSync(fileURLToPath(new URL(path, root))), path);
      }
      for (const [, target = ''] of text(`docs/${name}`).matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
        assert.ok(existsSync(fileURLToPath(new URL(`docs/${target}`, root))), target);
      }
    });
  }
});
