// What no rule about imports can say of our own house; the rest is said by
// boundaries.example.toml, which `npm run boundaries` holds.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { badHabits } from './habits.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const house = new Map(
  readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[cm]?[jt]sx?$/.test(name))
    .map((name) => `src/${name.replaceAll('\\', '/')}`)
    .map((name) => [name, readFileSync(join(root, name), 'utf8')]),
);

test('the house keeps its habits', () => {
  assert.ok(house.size > 20, 'the house was found');
  assert.equal(badHabits(house).join('\n'), '');
});

describe('the habits see', () => {
  const wrong: [string, string, RegExp][] = [
    ['src/services/a.ts', 'process.exit(1);', /ends the process/],
    ['src/cli.ts', 'process.exitCode = 1;', /sets the exit code/],
    ['src/commands/a.ts', "console.log('x');", /prints/],
    ['src/commands/a.ts', "process.stdout.write('x');", /prints/],
    ['src/bus/a.ts', "import 'node:child_process';", /starts processes/],
    ['src/records/a.ts', 'const now = Date.now();', /asks the clock/],
    ['src/boundaries/a.ts', 'const now = new Date();', /asks the clock/],
    ['src/records/a.ts', 'Math.random()', /throws dice/],
    ['src/records/a.ts', "process.env['X']", /reads the environment/],
    ['src/git/a.ts', 'x;\n'.repeat(251), /more than 250 lines/],
    ['src/git/utils.ts', '', /says nothing/],
    ['src/git/types.ts', '', /says nothing/],
    ['src/utils/a.ts', '', /says nothing/],
  ];
  for (const [file, source, expected] of wrong) {
    test(`${file}: ${source.slice(0, 40).split('\n')[0]}`, () => {
      const [fault, ...more] = badHabits(new Map([[file, source]]));
      assert.match(fault ?? '', expected);
      assert.deepEqual(more, []);
    });
  }

  test('nothing where it is allowed, or only spoken of', () => {
    const right = new Map([
      ['src/cli.ts', 'process.exit(130);'],
      ['src/services/a.ts', '// never console.log here\nconst then = new Date(5);'],
      ['src/bus/a.ts', 'const jitter = Math.random();'],
      ['src/git/a.ts', 'x;\n'.repeat(250)],
    ]);
    assert.deepEqual(badHabits(right), []);
  });
});
