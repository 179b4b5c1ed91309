import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Domain } from '../../src/records/project.ts';
import { crossingDomain, foreignGlob, foreignPath, ownerOf } from '../../src/records/scopes.ts';
import { shop } from './fixture.ts';

const domains = new Map<string, Domain>([
  ['web', { repo: 'shop', scope: ['src/**', 'docs/**'] }],
  ['auth', { repo: 'shop', scope: ['src/auth/**', 'docs/auth.md'] }],
  ['rest', { repo: 'shop' }],
  ['api', { repo: 'api' }],
]);
const web = { name: 'frontend', domain: 'web', repo: 'shop' };
const auth = { name: 'keeper', domain: 'auth', repo: 'shop' };
const rest = { name: 'writer', domain: 'rest', repo: 'shop' };
const api = { name: 'backend', domain: 'api', repo: 'api' };

describe('scopes', () => {
  test('a path has the owner of the innermost scope, else who has the rest', () => {
    assert.equal(ownerOf(domains, 'shop', 'src/a.ts'), 'web');
    assert.equal(ownerOf(domains, 'shop', 'src/auth/a.ts'), 'auth');
    assert.equal(ownerOf(domains, 'shop', 'README.md'), 'rest');
    assert.equal(ownerOf(domains, 'api', 'README.md'), 'api');
    assert.equal(ownerOf(domains, 'elsewhere', 'README.md'), null);
  });

  const cases: [typeof web, string, string[], string | null | undefined][] = [
    [web, 'shop', ['src/pages/**', 'src/a.ts'], undefined],
    [web, 'shop', ['src/**'], 'auth'],
    [web, 'shop', ['src/auth/a.ts'], 'auth'],
    [web, 'shop', ['docs/**'], 'auth'],
    [web, 'shop', ['docs/x/**'], undefined],
    [web, 'shop', ['lib/**'], 'rest'],
    [web, 'shop', ['**'], 'auth'],
    [auth, 'shop', ['src/auth/**', 'docs/*.md'], 'web'],
    [auth, 'shop', ['src/auth/**', 'docs/auth.md'], undefined],
    [auth, 'shop', ['src/*'], 'web'],
    [rest, 'shop', ['README.md', 'scripts/**'], undefined],
    [rest, 'shop', ['**/*.md'], 'web'],
    [api, 'api', ['**'], undefined],
    [api, 'shop', ['src/a.ts'], 'web'],
    [api, 'elsewhere', ['a'], null],
    [{ ...web, name: 'human' }, 'shop', ['**'], undefined],
  ];
  for (const [worker, repo, globs, owner] of cases) {
    test(`${worker.name} in ${repo}: ${globs} is ${owner === undefined ? 'its own' : `of ${owner}`}`, () => {
      const found = foreignGlob(domains, worker, repo, globs);
      assert.equal(found?.owner, owner);
      if (found) assert.equal(foreignPath(domains, worker, repo, found.path)?.owner, owner);
    });
  }

  test('what names a file of its scope is its own, though nobody can tell that it is no folder', () => {
    const scopes = new Map<string, Domain>([
      ['types', { repo: 'shop', scope: ['src/**/*.ts'] }],
      ['odd', { repo: 'shop', scope: ['src/odd.ts/**'] }],
    ]);
    const types = { name: 'typer', domain: 'types', repo: 'shop' };
    const whose = (...globs: string[]) => foreignGlob(scopes, types, 'shop', globs);
    assert.equal(whose('src/a.ts', 'src/deep/er/{b,c}.ts', 'src/*.ts'), undefined);
    assert.deepEqual(whose('src/a.ts', 'src/a.js'), { path: 'src/a.js', owner: null });
    assert.equal(whose('src/deep')?.owner, null);
    assert.equal(whose('src/odd.ts')?.owner, 'odd', 'but not what others claim below it');
  });

  test('a domain works in the repository that its agent joined from, too', () => {
    assert.equal(foreignPath(domains, { ...api, repo: 'mono' }, 'mono', 'x'), undefined);
    assert.deepEqual(foreignPath(domains, api, 'mono', 'x'), { path: 'x', owner: null });
  });

  test('scopes that cross are found', () => {
    const crossing = (scope: string[]) => crossingDomain(domains, 'new', 'shop', scope)?.domain;
    assert.equal(crossing(['src/pages/**']), undefined);
    assert.equal(crossing(['lib/**']), undefined);
    assert.equal(crossing(['src/pages/**', 'lib/**']), 'web');
    assert.equal(crossing(['src/auth/**', 'docs/auth.md']), 'auth');
  });

  test('join registers a scope, keeps it, and changes it only when told to', async () => {
    const tree = await shop();
    const scope = (name: string) => tree.state.project?.domains.get(name)?.scope;
    await tree.grant('join', 'backend', { scope: ['src/**', 'package.json'] });
    assert.deepEqual(scope('backend'), ['src/**', 'package.json']);
    await tree.unneeded('join', 'backend', { scope: ['src/**', 'package.json'] });
    await tree.grant('join', 'second', { domain: 'backend', repo: 'shop-api' });
    assert.deepEqual(scope('backend'), ['src/**', 'package.json']);
    const refusal = await tree.refuse('join', 'second', { scope: ['**'] });
    assert.equal(refusal.code, 'scope-taken');
    await tree.grant('join', 'second', { scope: ['src/**'], replace: true });
    assert.deepEqual(scope('backend'), ['src/**']);
    const other = { domain: 'other', repo: 'shop-api' };
    const crossing = await tree.refuse('join', 'third', { ...other, scope: ['*/a.ts'] });
    assert.equal(crossing.code, 'scope-crosses');
    assert.equal(
      (await tree.refuse('join', 'third', { ...other, scope: ['/a'] })).code,
      'invalid-request',
    );
    await tree.grant('join', 'third', { ...other, scope: ['src/other/**'] });
    assert.match(
      tree.files.get('comm-node.toml') ?? '',
      /\[domains\.other\]\nrepo = "shop-api"\nscope = \["src\/other\/\*\*"\]\n/,
    );
  });
});
