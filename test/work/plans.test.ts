import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkPlan } from '../../src/records/plan-check.ts';
import type { PlanDocument, PlannedTask } from '../../src/records/plan-document.ts';
import { PlanGraph } from '../../src/records/plan-graph.ts';
import { formatPlanJson, parsePlanJson } from '../../src/records/plan-json.ts';
import { formatPlanMarkdown, parsePlanMarkdown } from '../../src/records/plan-markdown.ts';
import { shop } from '../records/fixture.ts';

const line = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .map((text) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, '').trim())
  .filter((text) => text !== '');
const prose = fc
  .array(
    fc.oneof(
      line,
      fc.constantFrom('## not a task', '\\## nor this', '- domain: x', '', '```', '---'),
    ),
    { maxLength: 6 },
  )
  .map((lines) => lines.join('\n').trim());
const globs = fc.uniqueArray(
  fc.constantFrom('src/**', 'src/{a,b}/*.ts', 'docs/*.md', 'a`b', 'package.json'),
  { maxLength: 3 },
);
const items = fc.uniqueArray(
  fc.oneof(
    fc.constantFrom(
      'boundaries',
      'command: npm test',
      'command 10m: npm run a: b',
      'file: docs/a.md',
      'artifact: backend/api.yaml@3 schema=openapi',
      'message: completion to frontend',
      '`x`',
    ),
    line.map((text) => `box: ${text}`),
  ),
  { maxLength: 4 },
);
const task = (id: string): fc.Arbitrary<PlannedTask> =>
  fc.record(
    {
      id: fc.constant(id),
      title: line,
      domain: fc.constantFrom('backend', 'web'),
      priority: fc.integer({ min: 0, max: 4 }),
      complexity: fc.constantFrom('simple' as const, 'medium' as const, 'complex' as const),
      depends_on: fc.uniqueArray(fc.constantFrom('t0', 't1', 'x.1'), { maxLength: 2 }),
      required_artifacts: fc.uniqueArray(
        fc.constantFrom('web/a.json', 'web/a.json@2', 'web/b@sha256:0123abcd'),
        { maxLength: 2 },
      ),
      produces: fc.uniqueArray(
        fc.constantFrom('api.yaml', 'api.yaml kind=openapi path=docs/a b.yaml'),
        { maxLength: 2 },
      ),
      locks: globs,
      done_when: items,
      notify: fc.uniqueArray(fc.constantFrom('frontend', 'all'), { maxLength: 2 }),
      description: prose,
    },
    { noNullPrototype: true },
  );
const plan: fc.Arbitrary<PlanDocument> = fc.record(
  {
    plan: fc.constantFrom('auth', 'user-auth'),
    goal: line,
    text: prose,
    tasks: fc
      .integer({ min: 0, max: 4 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => task(`t${at}`)))),
  },
  { noNullPrototype: true },
);
const NONE = new Map<string, string>();

describe('a plan', () => {
  test('is the same after Markdown and after JSON', () => {
    fc.assert(
      fc.property(plan, (document) => {
        assert.deepEqual(
          parsePlanMarkdown(formatPlanMarkdown(document), 'plan.md', NONE).document,
          document,
        );
        assert.deepEqual(
          parsePlanJson(formatPlanJson(document), 'plan.json', NONE).document,
          document,
        );
      }),
      { numRuns: 300 },
    );
  });

  test('has its parameters filled in, and says which is missing', () => {
    const text =
      '---\nplan: crud\nparameters: ["entity=user", "domain"]\n---\n## {{entity}}-api: The API of {{ entity }}\n\n- domain: {{domain}}\n';
    const { document } = parsePlanMarkdown(text, 'plan.md', new Map([['domain', 'web']]));
    assert.deepEqual(
      [document.tasks[0]?.id, document.tasks[0]?.title, document.tasks[0]?.domain],
      ['user-api', 'The API of user', 'web'],
    );
    assert.throws(
      () => parsePlanMarkdown(text, 'plan.md', NONE),
      /needs a value for its parameter "domain"/,
    );
    assert.throws(
      () => parsePlanMarkdown(text, 'plan.md', new Map([['entitty', 'x']])),
      /no parameter "entitty"/,
    );
  });
});

const REFUSED: readonly [string, string, RegExp][] = [
  [
    'a heading that is no task',
    '## Introduction\n',
    /plan\.md:4: expected the heading of a task.*found ## Introduction/,
  ],
  [
    'a slip of the pen in a key',
    '## a: A\n\n- domian: web\n',
    /plan\.md:6: expected a key of a task/,
  ],
  [
    'a slip of the pen in a contract',
    '## a: A\n\n- domain: web\n- done_when: comand: npm test\n',
    /"comand:" is no kind of check; command: is one/,
  ],
  [
    'a path that leaves the repository',
    '## a: A\n\n- domain: web\n- done_when: file: ../../etc/passwd\n',
    /no path inside the repository/,
  ],
  [
    'an artifact that is a path',
    '## a: A\n\n- domain: web\n- required_artifacts: web/../../x\n',
    /artifacts with their domains/,
  ],
  [
    'a product that leaves',
    '## a: A\n\n- domain: web\n- produces: ../x\n',
    /a product: a file name/,
  ],
  [
    'the same id twice',
    '## a: A\n\n- domain: web\n\n## a: B\n\n- domain: web\n',
    /an id of its own \(line 4 has it\)/,
  ],
  ['an id that is a path', '## ../a: A\n\n- domain: web\n', /the id of a task/],
  ['no domain', '## a: A\n\n- priority: 1\n', /the name of a domain/],
];

describe('what is no plan is refused with its line', () => {
  for (const [what, body, message] of REFUSED) {
    test(what, () => {
      assert.throws(
        () => parsePlanMarkdown(`---\nplan: auth\n---\n${body}`, 'plan.md', NONE),
        message,
      );
    });
  }
  test('JSON that is none', () =>
    assert.throws(
      () => parsePlanJson('{"plan": "a",\n "tasks": [}', 'p.json', NONE),
      /p\.json:\d+: expected JSON/,
    ));
});

const base: PlannedTask = {
  id: 'a',
  title: 'A',
  domain: 'backend',
  priority: 2,
  complexity: 'medium',
  depends_on: [],
  required_artifacts: [],
  produces: [],
  locks: [],
  done_when: [],
  notify: [],
  description: '',
};
const of = (...tasks: readonly (Partial<PlannedTask> & { id: string })[]): PlanDocument => ({
  plan: 'auth',
  text: '',
  tasks: tasks.map((one) => ({ ...base, ...one })),
});

describe('a check', () => {
  test('names a circle, also one through artifacts', () => {
    const { problems, parallelism } = checkPlan(
      of(
        { id: 'a', required_artifacts: ['backend/x'] },
        { id: 'b', depends_on: ['a'], produces: ['x'] },
      ),
    );
    assert.match(problems[0]?.message ?? '', /a → b → a|b → a → b/);
    assert.equal(parallelism, 0);
  });

  test('knows the domains and agents of the project', async () => {
    const { state } = await shop();
    const { problems } = checkPlan(of({ id: 'a', domain: 'bakcend', notify: ['nobody'] }), state);
    assert.deepEqual(
      problems.map(({ code, severity }) => [code, severity]),
      [
        ['unknown-domain', 'error'],
        ['unknown-recipient', 'warning'],
      ],
    );
    assert.match(problems[0]?.hint ?? '', /did you mean backend/);
  });

  test('finds artifacts that nobody makes, and tasks that are not there', () => {
    const { problems } = checkPlan(
      of({
        id: 'a',
        required_artifacts: ['web/x'],
        depends_on: ['aa'],
        done_when: ['artifact: web/y'],
      }),
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['unknown-task', 'no-producer', 'no-producer'],
    );
  });

  test('finds paths that two tasks lock at once, and only then', () => {
    const parallel = checkPlan(
      of({ id: 'a', locks: ['src/*.ts'] }, { id: 'b', locks: ['src/a*'] }),
    );
    assert.deepEqual(
      parallel.problems.map(({ code }) => code),
      ['overlap'],
    );
    const ordered = checkPlan(
      of({ id: 'a', locks: ['src/*.ts'] }, { id: 'b', locks: ['src/a*'], depends_on: ['a'] }),
    );
    assert.deepEqual(ordered.problems, []);
  });
});

// Every set of tasks, by brute force: the largest one in which none waits for another.
function widest(graph: PlanGraph): number {
  const count = graph.ids.length;
  let best = 0;
  for (let set = 0; set < 1 << count; set++) {
    const places = graph.ids.flatMap((_, at) => ((set >> at) & 1 ? [at] : []));
    const isFree = places.every((one) =>
      places.every((other) => one === other || graph.isParallel(one, other)),
    );
    if (isFree) best = Math.max(best, places.length);
  }
  return best;
}

test('the greatest useful parallelism is that of brute force', () => {
  const edges = fc.uniqueArray(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 14, selector: String });
  fc.assert(
    fc.property(edges, (pairs) => {
      const tasks = Array.from({ length: 9 }, (_, at) => ({
        ...base,
        id: `t${at}`,
        depends_on: pairs
          .filter(([one, other]) => one === at && other < at)
          .map(([, other]) => `t${other}`),
      }));
      const graph = new PlanGraph(tasks);
      assert.equal(graph.width(), widest(graph));
    }),
    { numRuns: 60 },
  );
});
