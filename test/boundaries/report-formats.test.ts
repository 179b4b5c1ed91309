// Each format against the rules of those who read it, for reports nobody would write by hand.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import Ajv from 'ajv';
import fc from 'fast-check';
import { reportGithub, reportGitlab, reportJunit } from '../../src/boundaries/report-ci.ts';
import { reportSarif, ruleTexts } from '../../src/boundaries/report-sarif.ts';
import type { Report, Rule, Violation } from '../../src/boundaries/violation.ts';

const here = createRequire(import.meta.url);
const validate = openSchema();

/** The schema of SARIF 2.1.0 as it was published, from a package of its makers. */
function openSchema() {
  const ajv = new Ajv({ schemaId: 'id', meta: false });
  ajv.addMetaSchema(here('ajv/lib/refs/json-schema-draft-04.json') as object);
  const lib = dirname(here.resolve('@microsoft/jest-sarif'));
  const text = readFileSync(join(lib, 'schemas/sarif-2.1.0-rtm.5.json'), 'utf8');
  return ajv.compile(JSON.parse(text) as object);
}

// Letters that mean something to one of the formats, to terminals or to nobody.
const hostile = fc.string({
  unit: fc.constantFrom(
    ...['a', 'B', '7', '/', '.', ' ', '%', ',', ':', '"', "'", '<', '>', '&', '\n', '\r', '\t'],
    ...['::', ']]>', '%0A', '\u0000', '\u001b', '\u007f', '\u2028', '\ufeff', '\uffff', 'ä', '😀'],
    ...['\ud800', '\\', '#', '?', '..', '-->', '::error::', '\u202e'],
  ),
  maxLength: 12,
});

const violation: fc.Arbitrary<Violation> = fc.record({
  file: hostile.map((text) => `src/${text}.ts`),
  line: fc.integer({ min: 1, max: 1 << 30 }),
  column: fc.integer({ min: 1, max: 1 << 30 }),
  kind: fc.constantFrom('static' as const, '' as const),
  specifier: hostile,
  target: hostile,
  domain: hostile,
  target_domain: hostile,
  rule: fc.constantFrom(...(Object.keys(ruleTexts) as Rule[])),
  message: hostile.map((text) => `it is wrong: ${text}`),
  why: hostile,
  instead: hostile,
  deciding: fc.option(
    fc.record({ file: hostile, line: fc.integer({ min: 1 }), key: hostile, pattern: hostile }),
    { nil: undefined },
  ),
  baseline: fc.boolean(),
});

const report: fc.Arbitrary<Report> = fc
  .record({
    // Equal ones among them: their names must differ all the same.
    some: fc.array(violation, { maxLength: 14 }),
    twice: fc.boolean(),
    warnings: fc.array(
      fc.record({ file: hostile, line: fc.integer({ min: 1 }), rule: hostile, message: hostile }),
      { maxLength: 14 },
    ),
  })
  .map(({ some, twice, warnings }) => ({
    violations: twice ? [...some, ...some] : some,
    warnings,
    exceptions: [],
    files: 3,
    domains: 2,
    unowned: 0,
  }));

const always = (check: (one: Report) => void) => fc.assert(fc.property(report, check));

const [sample] = fc.sample(violation, { numRuns: 1, seed: 7 });

const many = (count: number): Report => ({
  violations: Array.from({ length: count }, (_, at) => ({
    ...sample,
    line: at + 1,
    baseline: false,
  })) as Violation[],
  warnings: Array.from({ length: count }, (_, at) => {
    return { file: 'boundaries.toml', line: at + 1, rule: 'dead-pattern', message: 'no file' };
  }),
  exceptions: [],
  files: 1,
  domains: 1,
  unowned: 0,
});

describe('SARIF', () => {
  it('keeps the schema of 2.1.0', () => {
    always((one) => {
      const log = JSON.parse(reportSarif(one, '1.2.3')) as object;
      assert.ok(validate(log), JSON.stringify(validate.errors));
    });
  });

  it('is really held by it', () => {
    const log = JSON.parse(reportSarif(many(1), '1.2.3'));
    log.runs[0].results[0].level = 'terrible';
    assert.equal(validate(log), false);
  });

  it('names each result for itself, and its rule', () => {
    always((one) => {
      const { results, tool } = JSON.parse(reportSarif(one, '1.2.3')).runs[0];
      const names = results.map((result: { partialFingerprints: object }) =>
        JSON.stringify(result.partialFingerprints),
      );
      assert.equal(new Set(names).size, one.violations.length);
      for (const { ruleId, ruleIndex } of results)
        assert.equal(tool.driver.rules[ruleIndex].id, ruleId);
    });
  });

  it('brings no more results than code scanning takes, and says so', () => {
    const log = JSON.parse(reportSarif(many(25_010), '1.2.3'));
    assert.ok(validate(log), JSON.stringify(validate.errors));
    const [{ results, invocations }] = log.runs;
    assert.equal(results.length, 25_000);
    const [{ toolExecutionNotifications }] = invocations;
    assert.match(toolExecutionNotifications[0].message.text, /10 more/);
  });
});

describe('GitHub', () => {
  it('is one workflow command a line, with nothing that ends it early', () => {
    always((one) => {
      const text = reportGithub(one);
      const lines = text.split('\n').slice(0, -1);
      for (const line of lines) {
        // A property ends at a comma, all of them at two colons, the command at its line.
        assert.match(line, /^::(error|warning) (\w+=(?:[^:,\r\n%]|%(25|0D|0A|3A|2C))*,?)+::/);
        const data = line.slice(line.indexOf('::', 2) + 2);
        assert.doesNotMatch(data, /\r|%(?!25|0D|0A)/);
      }
      assert.doesNotMatch(text, /\r/);
    });
  });

  it('keeps to ten annotations of a kind, and loses none in silence', () => {
    const lines = reportGithub(many(25)).trimEnd().split('\n');
    const errors = lines.filter((line) => line.startsWith('::error'));
    const warnings = lines.filter((line) => line.startsWith('::warning'));
    assert.deepEqual([errors.length, warnings.length], [10, 10]);
    assert.match(errors[9] ?? '', /and 16 more:%0A/);
    assert.match(warnings[9] ?? '', /and 16 more:%0A.*boundaries\.toml:25 dead-pattern/);
  });
});

describe('GitLab', () => {
  it('is a list of issues as Code Quality wants them, each with a name of its own', () => {
    always((one) => {
      const text = reportGitlab(one);
      assert.notEqual(text.charCodeAt(0), 0xfeff);
      const issues = JSON.parse(text) as Record<string, unknown>[];
      for (const issue of issues) {
        const { description, check_name, fingerprint, severity, location } = issue;
        assert.ok(typeof description === 'string' && description !== '');
        assert.ok(typeof check_name === 'string' && check_name in ruleTexts);
        assert.match(String(fingerprint), /^[0-9a-f]{32}$/);
        assert.match(String(severity), /^(info|minor|major|critical|blocker)$/);
        const { path, lines } = location as { path: string; lines: { begin: unknown } };
        assert.doesNotMatch(path, /^\.?\//);
        assert.ok(Number.isInteger(lines.begin) && Number(lines.begin) >= 1);
      }
      const names = new Set(issues.map(({ fingerprint }) => fingerprint));
      assert.equal(names.size, one.violations.length);
    });
  });
});

describe('JUnit', () => {
  it('is XML 1.0 that is well formed, with a case for each file and counts that are right', () => {
    always((one) => {
      const text = reportJunit(one);
      // What XML 1.0 allows, and nothing else.
      assert.doesNotMatch(
        text,
        /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u,
        'characters',
      );
      const names = wellFormed(text);
      const failures = new Set(one.violations.filter((v) => !v.baseline).map(({ file }) => file));
      const count = Math.max(1, failures.size);
      assert.equal(names.filter((name) => name === 'testcase').length, count);
      assert.equal(names.filter((name) => name === 'failure').length, failures.size);
      assert.match(
        text,
        new RegExp(`<testsuite [^>]*tests="${count}" failures="${failures.size}"`),
      );
    });
  });
});

/** Checks tags, nesting, attributes and entities; the names of all elements. */
function wellFormed(xml: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  const text = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  assert.notEqual(text, xml, 'a declaration');
  const entity = /&(?!(?:amp|lt|gt|quot|apos|#\d+);)/;
  const tag = /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g;
  let at = 0;
  for (const match of text.matchAll(tag)) {
    const between = text.slice(at, match.index);
    assert.doesNotMatch(between, /[<>]/);
    assert.doesNotMatch(between + match[3], entity);
    const attributes = [...(match[3] ?? '').matchAll(/ ([a-z]+)=/g)].map(([, name]) => name);
    assert.equal(new Set(attributes).size, attributes.length);
    if (match[1] === '/') assert.equal(open.pop(), match[2]);
    else {
      names.push(match[2] ?? '');
      if (match[4] === '') open.push(match[2] ?? '');
    }
    at = match.index + match[0].length;
  }
  assert.deepEqual(open, []);
  assert.equal(text.slice(at).trim(), '');
  return names;
}
