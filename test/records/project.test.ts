import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConfigError, UsageError } from '../../src/errors.ts';
import { parseProject } from '../../src/records/project.ts';
import { addDomain, newProjectText } from '../../src/records/project-text.ts';
import { protocolText } from '../../src/records/protocol.ts';
import { parseSignal } from '../../src/records/signal.ts';
import { estimateTokens } from '../../src/records/tokens.ts';

test('a new project has the defaults of the design', () => {
  const { domains, tables, ...settings } = parseProject(newProjectText('shop'));
  assert.deepEqual(settings, {
    name: 'shop',
    keepDays: 14,
    keepRecords: 1000,
    clockSkewMs: 30_000,
    silentMs: 2 * 60_000,
    stuckMs: 30 * 60_000,
    budgets: { simple: 5000, medium: 15_000, complex: 40_000, cap: 20_000, approveFrom: 0.7 },
  });
  assert.deepEqual([domains.size, tables], [0, {}]);
  const short = parseProject('name = "shop"');
  assert.deepEqual([short.keepDays, short.keepRecords, short.clockSkewMs], [14, 1000, 30_000]);
  assert.throws(() => newProjectText('My "Shop"'), UsageError);
});

test('domains, and tables of later features', () => {
  const project = parseProject(
    'name = "shop"\nkeep = "36h"\n[domains.web]\nrepo = "shop-web"\nimports = ["openapi"]\n[budgets]\nsimple = 1\n[extras]\nx = 1\n[[gates]]\ncommand = "npm test"\n',
  );
  assert.equal(project.keepDays, 1.5);
  assert.deepEqual(project.domains.get('web'), { repo: 'shop-web', imports: ['openapi'] });
  assert.deepEqual([project.budgets.simple, project.budgets.medium], [1, 15_000]);
  assert.deepEqual(Object.keys(project.tables), ['extras', 'gates']);
});

const WRONG: [toml: string, line: number, message: RegExp, hint: RegExp][] = [
  ['name = "shop"\nkep = "1d"', 2, /unknown key "kep"/, /did you mean "keep"/],
  ['name = "shop"\nzzzzzzzz = 1', 2, /unknown key/, /known keys: name, keep/],
  ['name = "shop"\nwhen = 2026-11-22', 2, /unknown key/, /known keys/],
  [
    'name = "shop"\n# x\nkeep = "soon"',
    3,
    /keep: expected a duration, for example "14d"; found "soon"/,
    /commit and push/,
  ],
  ['name = "shop"\nkeep_records = 0', 2, /keep_records: expected a whole number/, /./],
  ['name = "shop"\nclock_skew = 30', 2, /clock_skew: expected a duration/, /./],
  ['keep = "1d"', 1, /"name" is missing/, /name = "shop"/],
  ['name = "Shop"', 1, /the name of a project/, /./],
  [
    'name = "shop"\n[domains.web]\nrepos = "x"',
    3,
    /unknown key "domains.web.repos"/,
    /did you mean "repo"/,
  ],
  ['name = "shop"\n[domains.Web]\n', 2, /the name of a domain/, /./],
  ['name = "shop"\n[domains.web]\nimports = "openapi"', 3, /list of strings/, /./],
  ['name = "shop"\ndomains = 3', 2, /domains/, /./],
  ['name = "shop"\n[budgets]\nsimpel = 1', 3, /budgets.simpel/, /did you mean "simple"/],
  ['name = "shop"\n[budgets]\ncap = -1', 3, /budgets.cap: expected a whole number/, /./],
  ['name = "shop"\nkeep = ', 2, /comm-node.toml:2/, /./],
];

for (const [toml, line, message, hint] of WRONG) {
  test(`settings are refused with their line: ${toml.split('\n').at(-1) || toml}`, () => {
    assert.throws(
      () => parseProject(toml),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError, String(error));
        assert.match(error.message, message);
        assert.match(error.hint ?? '', hint);
        assert.equal(error.data['line'], line, error.message);
        return true;
      },
    );
  });
}

test('a domain is added as text, and comments survive', () => {
  const before = newProjectText('shop');
  const after = addDomain(before, 'web', { repo: 'shop-web' });
  assert.equal(after, `${before}\n[domains.web]\nrepo = "shop-web"\n`);
  assert.equal(addDomain(after, 'web', { repo: 'shop-web' }), after);
  assert.equal(addDomain(after, 'web', {}), after);
  const two = addDomain(after, 'api', {});
  assert.deepEqual(
    [...parseProject(two).domains],
    [
      ['web', { repo: 'shop-web' }],
      ['api', {}],
    ],
  );
  const moved = addDomain(two.replace('shop-web"', 'shop-web" # ours'), 'web', { repo: 'new' });
  assert.match(moved, /\[domains\.web\]\nrepo = "new" # ours\n/);
  assert.match(addDomain(two, 'api', { repo: 'r' }), /\[domains\.api\]\nrepo = "r"\n/);
  assert.equal(addDomain('name = "a"', 'web', {}), 'name = "a"\n\n[domains.web]\n');
});

test('a domain that cannot be added as text says how to write it by hand', () => {
  const inline = 'name = "a"\ndomains = { api = { repo = "x" } }\n';
  assert.throws(() => addDomain(inline, 'web', { repo: 'r' }), {
    hint: 'write it by hand: [domains.web] with repo = "r"',
  });
  assert.throws(() => addDomain(inline, 'api', { repo: 'r' }), ConfigError);
  assert.throws(() => addDomain('name = "a"\n', 'Web', {}), UsageError);
});

test('any number of domains in any order can be added', () => {
  const name = fc.constantFrom('web', 'api', 'db', 'a', 'web-2');
  const repo = fc.option(fc.constantFrom('r1', 'r.2', 'r_3'), { nil: undefined });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, repo)), (domains) => {
      const known = new Map<string, string | undefined>();
      let text = newProjectText('shop');
      for (const [domain, place] of domains) {
        text = addDomain(text, domain, place === undefined ? {} : { repo: place });
        known.set(domain, place ?? known.get(domain));
      }
      const read = parseProject(text).domains;
      assert.deepEqual(new Map([...read].map(([key, { repo: at }]) => [key, at])), known);
    }),
  );
});

test('the protocol is short and its examples are in the dialect', () => {
  const text = protocolText('shop');
  assert.ok(estimateTokens(text) < 600, String(estimateTokens(text)));
  const examples = text.split('\n').filter((line) => line.startsWith('    '));
  assert.equal(examples.length, 2);
  for (const line of examples) assert.ok(!('fault' in parseSignal(line)), line);
  for (const verb of [
    'inbox',
    'read',
    'send',
    'signal',
    'ask',
    'answer',
    'ack',
    'thread',
    'search',
    'watch',
    'sync',
  ]) {
    assert.match(text, new RegExp(`\\b${verb} ?`), verb);
  }
});
