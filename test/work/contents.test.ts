import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { briefText } from '../../src/commands/task-text.ts';
import { contentFault } from '../../src/records/content-check.ts';
import type { ContentSchema } from '../../src/records/contract.ts';
import { estimateTokens } from '../../src/records/tokens.ts';
import type { Brief } from '../../src/services/task-brief.ts';

const API = 'openapi: 3.1.0\ninfo: {title: Login, version: 1.0.0}\n';
const bombs = `a: &a [x, x, x, x]\n${Array.from({ length: 9 }, (_, at) => `b${at}: &b${at} [${`*${at === 0 ? 'a' : `b${at - 1}`}, `.repeat(9)}]`).join('\n')}\n`;
const wide = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Wide', version: '1' },
  components: { schemas: { Codes: { enum: Array(300_000).fill(1) } } },
});

const TAKEN: readonly (readonly [string, ContentSchema, string])[] = [
  ['paths', 'openapi', `${API}paths: {/login: {post: {responses: {'200': {description: ok}}}}}`],
  ['components alone', 'openapi', `${API}components: {schemas: {Name: {type: string}}}`],
  [
    'JSON with a reference within itself',
    'openapi',
    '{"openapi":"3.0.3","info":{"title":"a","version":"1"},"paths":{"/a~b":{"get":{"responses":{"200":{"$ref":"#/components/responses/a~1b"}}}}},"components":{"responses":{"a/b":{"description":"ok"}}}}',
  ],
  [
    'a schema in full',
    'json-schema',
    '{"type":["object","null"],"required":["a"],"properties":{"a":{"$ref":"#/$defs/b"},"c":true},"$defs":{"b":{"type":"string"}},"items":false,"allOf":[{}]}',
  ],
  ['a boolean', 'json-schema', 'true'],
  ['a number', 'json', '1'],
  ['a list', 'yaml', '- a\n- b: c\n'],
  ['a very wide one', 'openapi', wide],
  ['one nested 100 000 times', 'json', '['.repeat(100_000) + ']'.repeat(100_000)],
];

const REFUSED: readonly (readonly [string, ContentSchema, string, RegExp])[] = [
  ['half of it', 'json', '{"a": ', /^no JSON: /],
  ['YAML, where JSON is wanted', 'json', 'a: b', /^no JSON: /],
  ['two documents', 'yaml', 'a: b\n---\nc: d\n', /^no YAML: .*multiple documents/],
  ['brackets without end', 'yaml', '['.repeat(2000), /^no YAML: /],
  ['a bracket that stays open', 'yaml', 'a: [b', /^no YAML: /],
  ['aliases that grow without end', 'yaml', bombs, /^no YAML: /],
  ['a text', 'openapi', 'hello', /it is not an object/],
  ['Swagger 2', 'openapi', 'swagger: "2.0"\ninfo: {}', /"openapi" is missing/],
  ['a number as its version', 'openapi', 'openapi: 3.1', /"openapi" is 3\.1/],
  ['no title', 'openapi', 'openapi: 3.1.0\ninfo: {version: 1}\npaths: {}', /a title and a version/],
  ['nothing in it', 'openapi', API, /no paths, components or webhooks/],
  ['paths in a list', 'openapi', `${API}paths: [a]`, /"paths" is not an object/],
  ['a path without /', 'openapi', `${API}paths: {login: {}}`, /"login" does not begin with \//],
  ['an operation that is text', 'openapi', `${API}paths: {/a: {get: x}}`, /get \/a is not/],
  [
    '3.0 without responses',
    'openapi',
    `${API.replace('3.1.0', '3.0.3')}paths: {/a: {get: {}}}`,
    /get \/a has no responses/,
  ],
  [
    'a reference to nothing',
    'openapi',
    `${API}paths: {/a: {$ref: '#/components/pathItems/none'}}`,
    /refers to #\/components\/pathItems\/none/,
  ],
  ['a list', 'json-schema', '[]', /# is neither an object nor true or false/],
  ['an unknown type', 'json-schema', '{"items":{"type":"text"}}', /#\/items has the type "text"/],
  ['required as text', 'json-schema', '{"required":"a"}', /"required" of # is not a list/],
  ['properties in a list', 'json-schema', '{"properties":[]}', /#\/properties is not an object/],
  ['a broken part', 'json-schema', '{"anyOf":[{},1]}', /#\/anyOf\/1 is neither/],
  ['a reference to nothing', 'json-schema', '{"$ref":"#/$defs/none"}', /#\/\$defs\/none/],
];

describe('content is held against its schema', () => {
  for (const [what, schema, text] of TAKEN)
    test(`${schema}: ${what}`, () => assert.equal(contentFault(text, schema), undefined));
  for (const [what, schema, text, fault] of REFUSED)
    test(`no ${schema}: ${what}`, () => assert.match(contentFault(text, schema) ?? '', fault));

  test('a schema that is nested without end is a fault, not a crash', () => {
    const deep = `${'{"not":'.repeat(400)}{}${'}'.repeat(400)}`;
    assert.match(contentFault(deep, 'json-schema') ?? '', /nested too deeply/);
  });

  test('whatever bytes an artifact has, a fault is one line', () => {
    const schemas = fc.constantFrom<ContentSchema>('openapi', 'json-schema', 'json', 'yaml');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), schemas, (text, schema) => {
        const fault = contentFault(text, schema);
        assert.ok(fault === undefined || !/[\n\r]/.test(fault));
      }),
    );
  });
});

// Short and long, in words and in what a tokenizer dislikes.
const line = fc.oneof(
  fc.constantFrom('src/auth/**', 'a'.repeat(280), '漢字'.repeat(140), 'wort '.repeat(56).trim()),
  fc.string({ minLength: 1, maxLength: 280 }).map((text) => text.replaceAll('\n', ' ')),
);
const many = fc.array(line, { maxLength: 60 });
const text = fc.oneof(
  fc.constantFrom('', 'Do it. '.repeat(20_000), '漢字'.repeat(20_000)),
  fc.string({ maxLength: 4000 }),
);

test('the brief of any task, however big, has at most 800 tokens, and says what comes next', () => {
  const task = fc.record({
    title: line,
    description: text,
    locks: many,
    done_when: many,
    needs: many,
  });
  fc.assert(
    fc.property(task, many, fc.boolean(), ({ needs, ...fields }, outputs, claimed) => {
      const brief: Brief = {
        id: 'auth-api',
        domain: 'backend',
        priority: 2,
        complexity: 'complex',
        depends_on: [],
        required_artifacts: needs,
        produces: outputs,
        notify: [],
        tracker: 'files',
        status: 'open',
        created: '2026-11-22T09:30:00.000Z',
        updated: '2026-11-22T09:30:00.000Z',
        plan: 'user-auth',
        goal: 'People can sign in to the shop',
        inputs: needs.map((artifact) => ({
          artifact,
          kind: 'openapi',
          version: 3,
          sha256: null,
          stale: true,
          get: `comm-node artifact get ${artifact}`,
        })),
        outputs,
        peers: outputs.map((domain) => ({ domain, agents: ['web'], why: 'waits for it' })),
        ...fields,
      };
      const shown = briefText(brief, claimed);
      assert.ok(estimateTokens(shown) <= 800, `${estimateTokens(shown)} tokens: ${shown}`);
      assert.match(shown, claimed ? /comm-node done auth-api/ : /comm-node claim auth-api/);
    }),
    { numRuns: 60 },
  );
});
