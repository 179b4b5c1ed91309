import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  applyBaseline,
  formatBaseline,
  introduced,
  knownOf,
  parseBaseline,
} from '../../src/boundaries/baseline.ts';
import { reportGithub, reportGitlab, reportJunit } from '../../src/boundaries/report-ci.ts';
import { reportSarif } from '../../src/boundaries/report-sarif.ts';
import { reportText } from '../../src/boundaries/report-text.ts';
import { counting, type Report } from '../../src/boundaries/violation.ts';
import { lint } from './lint.ts';

const config = `[domains.a]
scope = "a/**"
forbidden_imports = ["b/**"]
allowed_imports = ["c/**"]
why = "50% of <all> & \\"every\\" one,\\nsays: no"
[domains.b]
scope = "b/**"
`;
const nasty = 'a/we,ird:n%ame "x"<&>.ts';

/** Two equal imports in a file with a hostile name, and one more file. */
function report(): Promise<Report> {
  return lint(config, {
    [nasty]: "import '../b/x';\nimport '../b/x';\n",
    'a/f.ts': "import '../b/x';\n",
    'b/x.ts': '',
    'c/c.ts': '',
  });
}

const plain = (text: string) => text;
const paints = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain };

describe('reports', () => {
  it('text says what, why, what instead, and who decided', async () => {
    const one = await lint(config, { 'a/f.ts': "import '../b/x';\n", 'b/x.ts': '', 'c/c.ts': '' });
    assert.equal(
      reportText(one, paints),
      `a/f.ts:1:8 forbidden-import
  "a" must not import b/x.ts of "b": the most specific pattern that matches forbids it
  import   ../b/x (static)
  why      50% of <all> & "every" one,\\u000asays: no
  instead  c/**
  decided  boundaries.toml:3 domains.a.forbidden_imports = b/**

1 violation: 2 files, 2 domains, 1 of no domain
`,
    );
  });

  it('text shows what a terminal would act upon as text', async () => {
    const one = await lint(config, {
      'a/\u001b[2J.ts': "import '../b/x';\n",
      'b/x.ts': '',
      'c/c.ts': '',
    });
    assert.doesNotMatch(reportText(one, paints), /\u001b/);
  });

  it('SARIF has a rule for each result, and unique fingerprints', async () => {
    const log = JSON.parse(reportSarif(await report(), '1.2.3'));
    const [run] = log.runs;
    assert.equal(log.version, '2.1.0');
    assert.equal(run.results.length, 3);
    for (const result of run.results) {
      assert.equal(run.tool.driver.rules[result.ruleIndex].id, result.ruleId);
      assert.ok(result.locations[0].physicalLocation.region.startLine >= 1);
      assert.doesNotMatch(
        result.locations[0].physicalLocation.artifactLocation.uri,
        /[ <>"%](?![0-9A-F]{2})/,
      );
    }
    assert.equal(
      new Set(
        run.results.map((r: { partialFingerprints: object }) =>
          JSON.stringify(r.partialFingerprints),
        ),
      ).size,
      3,
    );
  });

  it('GitHub: one line each, properties and data escaped', async () => {
    const text = reportGithub(await report());
    const lines = text.trimEnd().split('\n');
    assert.equal(lines.length, 3);
    for (const line of lines)
      assert.match(line, /^::error file=[^,:]+,line=\d+,col=\d+,title=[^,:]+::.+$/);
    assert.match(text, /file=a\/we%2Cird%3An%25ame/);
    assert.match(text, /50%25 of <all>/);
  });

  it('GitHub shows ten annotations of a step: the last tells of the rest', async () => {
    const many = await lint(config, {
      'a/f.ts': "import '../b/x';\n".repeat(30),
      'b/x.ts': '',
      'c/c.ts': '',
    });
    const lines = reportGithub(many).trimEnd().split('\n');
    assert.equal(lines.filter((line) => line.startsWith('::error')).length, 10);
    assert.match(lines[9] ?? '', /and 21 more:%0Aa\/f\.ts:10 /);
  });

  it('GitLab: every issue has what Code Quality needs', async () => {
    const issues = JSON.parse(reportGitlab(await report()));
    assert.equal(
      new Set(issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size,
      3,
    );
    for (const issue of issues) {
      assert.ok(
        issue.description &&
          issue.check_name &&
          issue.location.path &&
          issue.location.lines.begin >= 1,
      );
      assert.ok(['info', 'minor', 'major', 'critical', 'blocker'].includes(issue.severity));
    }
    assert.equal(
      reportGitlab(await lint(config, { 'a/f.ts': '', 'b/x.ts': '', 'c/c.ts': '' })),
      '[]\n',
    );
  });

  it('JUnit: a case for each file, escaped, counted', async () => {
    const text = reportJunit(await report());
    assert.match(
      text,
      /<testsuites name="comm-node lint-boundaries" tests="2" failures="2" errors="0">/,
    );
    assert.match(text, /name="a\/we,ird:n%ame &quot;x&quot;&lt;&amp;&gt;\.ts"/);
    const bare = text
      .replace(/<\?xml[^?]*\?>/, '')
      .replace(/<\/?[a-z]+(?: [a-z]+="[^"<]*")*\/?>/g, '');
    assert.doesNotMatch(bare, /[<>]|&(?!(?:amp|lt|gt|quot|apos|#\d+);)/);
  });
});

describe('the baseline', () => {
  it('tolerates what it knows, once each, and nothing new', async () => {
    const before = await report();
    const known = before.violations.map(knownOf);
    assert.equal(counting(applyBaseline(before, known, 'b.json')).length, 0);
    assert.equal(counting(applyBaseline(before, known.slice(1), 'b.json')).length, 1);
    assert.deepEqual(parseBaseline(formatBaseline(known), 'b.json').length, 3);
  });

  it('may only shrink: an entry whose violation is gone is a violation', async () => {
    const before = await report();
    const known = [
      ...before.violations.map(knownOf),
      { rule: 'layer', file: 'gone.ts', specifier: './x', target: 'x.ts' },
    ];
    const left = counting(applyBaseline(before, known, 'b.json'));
    assert.deepEqual(
      left.map(({ rule, file }) => [rule, file]),
      [['stale-baseline', 'b.json']],
    );
  });

  it('does not mind lines that move', async () => {
    const moved = await lint(config, {
      'a/f.ts': "// one\n// two\nimport '../b/x';\n",
      'b/x.ts': '',
      'c/c.ts': '',
    });
    const before = await lint(config, {
      'a/f.ts': "import '../b/x';\n",
      'b/x.ts': '',
      'c/c.ts': '',
    });
    assert.equal(
      counting(applyBaseline(moved, before.violations.map(knownOf), 'b.json')).length,
      0,
    );
    assert.equal(introduced(moved, before).violations.length, 0);
  });

  it('refuses a file that is none, and says what was expected', () => {
    assert.throws(() => parseBaseline('{', 'b.json'), /b\.json: is not valid JSON/);
    assert.throws(
      () => parseBaseline('{"violations": [{}]}', 'b.json'),
      /b\.json: is not a baseline/,
    );
  });
});
