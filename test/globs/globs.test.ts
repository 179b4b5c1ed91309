import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { commonPath, uncoveredPath } from '../../src/globs/compare-globs.ts';
import {
  compareSpecificity,
  GlobError,
  globMatches,
  matchSpecificity,
  parseGlob,
} from '../../src/globs/globs.ts';
import { oracle, paths, pattern } from './brute-force.ts';

const runs = { numRuns: Number(process.env['FC_RUNS'] ?? 300) };

describe('globs', () => {
  it('match what minimatch matches', () => {
    fc.assert(
      fc.property(pattern, fc.constantFrom(...paths), (glob, path) => {
        assert.equal(globMatches(parseGlob(glob), path), oracle(glob, path), `${glob} on ${path}`);
      }),
      { numRuns: runs.numRuns * 10 },
    );
  });

  it('intersect exactly when some path matches both', () => {
    fc.assert(
      fc.property(pattern, pattern, (a, b) => {
        const found = commonPath([parseGlob(a)], [parseGlob(b)]);
        const brute = paths.find((path) => oracle(a, path) && oracle(b, path));
        if (brute !== undefined) assert.notEqual(found, undefined, `${a} ∩ ${b} has ${brute}`);
        if (found !== undefined)
          assert.ok(oracle(a, found) && oracle(b, found), `${a} ∩ ${b}: ${found}`);
      }),
      runs,
    );
  });

  it('cover one another exactly when no path escapes', () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 2 }),
        fc.array(pattern, { maxLength: 3 }),
        (a, b) => {
          const found = uncoveredPath(a.map(parseGlob), b.map(parseGlob));
          const escapes = (path: string) =>
            a.some((glob) => oracle(glob, path)) && !b.some((glob) => oracle(glob, path));
          const brute = paths.find(escapes);
          if (brute !== undefined) assert.notEqual(found, undefined, `${a} ⊄ ${b}: ${brute}`);
          if (found !== undefined) assert.ok(escapes(found), `${a} ⊄ ${b}: ${found}`);
        },
      ),
      runs,
    );
  });

  const overlaps: [string, string, boolean][] = [
    ['src/*.ts', 'src/a*', true],
    ['**/*.py', 'src/**', true],
    ['src/api/**', 'src/web/**', false],
    ['src/*.ts', 'src/*.js', false],
    ['src/**/test/*', 'src/test/a', true],
    ['src/db', 'src/db/client.ts', true],
    ['a/**', 'a', true],
    ['a/*', 'a/b/c', false],
    ['.*', '?', false],
  ];
  for (const [a, b, expected] of overlaps) {
    it(`${a} ${expected ? 'meets' : 'never meets'} ${b}`, () => {
      assert.equal(commonPath([parseGlob(a)], [parseGlob(b)]) !== undefined, expected);
    });
  }

  const refused: [string, RegExp][] = [
    ['src/!(a)', /extended globs/],
    ['@(a|b)/**', /extended globs/],
    ['', /empty/],
    ['/src/**', /relative/],
    ['../src', /climbs/],
    ['!src', /negate/],
    ['src/[ab', /no "\]"/],
    ['src/[[:alpha:]]', /named classes/],
    ['src\\routes', /separated by "\/"/],
    ['{1..9999}', /more than 512/],
  ];
  for (const [glob, message] of refused) {
    it(`refuses ${JSON.stringify(glob)}`, () => {
      assert.throws(
        () => parseGlob(glob),
        (error) => error instanceof GlobError && message.test(error.message),
      );
    });
  }

  it('prefers the longer literal prefix, then fewer wildcards', () => {
    const rank = (glob: string, path: string) => {
      const found = matchSpecificity(parseGlob(glob), path);
      assert.ok(found);
      return found;
    };
    const order = (a: string, b: string, path: string) =>
      compareSpecificity(rank(a, path), rank(b, path));
    assert.ok(order('auth/client.ts', 'auth/**', 'auth/client.ts') > 0);
    assert.ok(order('src/db/**', 'src/**', 'src/db/x.ts') > 0);
    assert.ok(order('src/*.ts', 'src/*.?s', 'src/x.ts') > 0);
    assert.equal(order('src/db', 'src/db/**', 'src/db/x.ts'), 0);
  });
});
