// Overlap and subset against brute force, a hundred thousand times in CI: globs come from a pool,
// so that what each matches is asked of minimatch once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commonPath, uncoveredPath } from '../../src/globs/compare-globs.ts';
import { type Glob, GlobError, parseGlob } from '../../src/globs/globs.ts';
import { oracle, paths, pattern } from './brute-force.ts';

const CASES = Number(process.env['GLOB_CASES'] ?? (process.env['CI'] ? 100_000 : 5_000));
const POOL = 1500;

/** A glob, and which of the paths minimatch says it matches: one bit each. */
interface Known {
  readonly text: string;
  readonly glob: Glob;
  readonly bits: Uint32Array;
}

const pool: readonly Known[] = fc.sample(pattern, POOL).map((text) => {
  const bits = new Uint32Array(Math.ceil(paths.length / 32));
  for (const [at, path] of paths.entries()) {
    if (oracle(text, path)) bits[at >> 5] = (bits[at >> 5] ?? 0) | (1 << (at & 31));
  }
  return { text, glob: parseGlob(text), bits };
});
const known = fc.nat(pool.length - 1).map((at) => pool[at] as Known);

/** A path that all of `some` bits, and none of the `others`, have. */
function pathWith(bits: (word: number) => number): string | undefined {
  for (let word = 0; word < Math.ceil(paths.length / 32); word++) {
    const found = bits(word);
    if (found !== 0) return paths[word * 32 + (31 - Math.clz32(found))];
  }
  return undefined;
}

const either = (globs: readonly Known[], word: number) =>
  globs.reduce((all, { bits }) => all | (bits[word] ?? 0), 0);
const matches = (globs: readonly Known[], path: string) =>
  globs.some(({ text }) => oracle(text, path));
const said = (globs: readonly Known[]) => globs.map(({ text }) => text).join(', ');

test(`${CASES} pairs overlap exactly when some path matches both`, (t) => {
  let meeting = 0;
  fc.assert(
    fc.property(known, known, (a, b) => {
      const found = commonPath([a.glob], [b.glob]);
      const brute = pathWith((word) => (a.bits[word] ?? 0) & (b.bits[word] ?? 0));
      if (found !== undefined) meeting++;
      if (found === undefined && brute !== undefined) {
        assert.fail(`${a.text} ∩ ${b.text} has ${brute}`);
      }
      if (found !== undefined && !(matches([a], found) && matches([b], found))) {
        assert.fail(`${a.text} ∩ ${b.text}: not ${found}`);
      }
    }),
    { numRuns: CASES },
  );
  t.diagnostic(`${meeting} of ${CASES} overlap`);
  assert.ok(meeting > CASES / 20 && meeting < CASES * 0.95, 'both answers are common');
});

test(`${CASES} lists lie inside others exactly when no path escapes`, (t) => {
  let inside = 0;
  let refused = 0;
  const list = (max: number) => fc.array(known, { minLength: 1, maxLength: max });
  fc.assert(
    fc.property(list(2), list(4), (a, b) => {
      let found: string | undefined;
      try {
        found = uncoveredPath(
          a.map(({ glob }) => glob),
          b.map(({ glob }) => glob),
        );
      } catch (error) {
        // Lists can be too complex to compare; then that is said, and no answer is guessed.
        if (!(error instanceof GlobError)) throw error;
        refused++;
        return;
      }
      const brute = pathWith((word) => either(a, word) & ~either(b, word));
      if (found === undefined) inside++;
      if (found === undefined && brute !== undefined) {
        assert.fail(`${said(a)} ⊄ ${said(b)}: ${brute} escapes`);
      }
      if (found !== undefined && !(matches(a, found) && !matches(b, found))) {
        assert.fail(`${said(a)} ⊄ ${said(b)}: not ${found}`);
      }
    }),
    { numRuns: CASES },
  );
  t.diagnostic(`${inside} of ${CASES} lie inside, ${refused} are too complex to compare`);
  // Which lists come is chance: from 3 to 13 of 100 000 were seen to be refused.
  assert.ok(refused <= Math.max(2, CASES / 2_000), `${refused} were too complex`);
  assert.ok(inside > CASES / 100 && inside < CASES * 0.95, 'both answers are common');
});

const letters = 'abcdefgh'.split('').join(',');
const complex: [string, readonly string[], readonly string[]][] = [
  [
    'braces against braces',
    [`**/{${letters}}{${letters}}{${letters}}*z`],
    [`**/{${letters}}{${letters}}{${letters}}*y`],
  ],
  ['what stands long before the end', [`{**/,}*a${'?'.repeat(20)}`], [`**/*[ab]${'?'.repeat(19)}`]],
  ['stars in a row', ['*a'.repeat(1000)], ['*b'.repeat(1000)]],
  ['marks in a row', [`${'a?'.repeat(2000)}*`], [`*${'?a'.repeat(2000)}`]],
  [
    'many lists of many places',
    ['**/*[a-f][c-h]*[b-z]?????????'],
    Array.from({ length: 40 }, (_, at) => `**/*${'abcdef'.charAt(at % 6)}${'?'.repeat(at)}*`),
  ],
];
for (const [what, some, others] of complex) {
  test(`what costs too much is refused at once: ${what}`, () => {
    let refused = 0;
    for (const compare of [commonPath, uncoveredPath]) {
      const start = process.cpuUsage();
      try {
        compare(some.map(parseGlob), others.map(parseGlob));
      } catch (error) {
        assert.ok(error instanceof GlobError, String(error));
        refused++;
      }
      const { user, system } = process.cpuUsage(start);
      assert.ok(user + system < 1_000_000, `${(user + system) / 1000} ms`);
    }
    assert.ok(refused > 0, 'it does cost too much');
  });
}
