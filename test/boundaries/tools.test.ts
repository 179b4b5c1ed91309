import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkBoundaries } from '../../src/boundaries/check.ts';
import { readCrossings } from '../../src/boundaries/crossings.ts';
import { buildMap } from '../../src/boundaries/edge-graph.ts';
import { explainFile, explanationText } from '../../src/boundaries/explain.ts';
import { graphHtml } from '../../src/boundaries/graph-page.ts';
import { graphSvg } from '../../src/boundaries/graph-picture.ts';
import { graphDot, graphMermaid } from '../../src/boundaries/graph-text.ts';
import { inferBoundaries } from '../../src/boundaries/infer.ts';
import { parseBoundaries } from '../../src/boundaries/parse-config.ts';
import { starterText } from '../../src/boundaries/propose-domains.ts';
import { literalTree, type SourceTree } from '../../src/imports/source-tree.ts';
import { openCorpora } from '../imports/corpora.ts';
import { parserOf } from './lint.ts';

const files = {
  'src/routes/users.ts':
    "import '../services/users';\nimport '../database/client';\nimport 'express';\n",
  'src/services/users.ts': "import { db } from '../database/client';\nimport '../gone';\n",
  'src/database/client.ts': 'export const db = 1;\n',
};
const config = `[domains.routes]
scope = "src/routes/**"
forbidden_imports = ["src/database/**"]
allowed_imports = ["src/services/**"]
forbidden_packages = ["express"]
why = "Ask a service."
[domains.services]
scope = "src/services/**"
[domains.database]
scope = "src/database/**"
entry_points = ["src/database/client.ts"]
`;
const options = { parserOf };

describe('explain', () => {
  const explain = (asked?: string) =>
    explainFile(parseBoundaries(config), literalTree(files), 'src/routes/users.ts', asked, options);

  it('names the line that decides each import', async () => {
    const { domain, scope, imports } = await explain();
    assert.deepEqual([domain, scope?.line], ['routes', 2]);
    assert.deepEqual(
      imports.map(({ specifier, allowed, rule, deciding }) => [
        specifier,
        allowed,
        rule,
        deciding?.line,
        deciding?.pattern,
      ]),
      [
        ['../services/users', true, '', 4, 'src/services/**'],
        ['../database/client', false, 'forbidden-import', 3, 'src/database/**'],
        ['express', false, 'forbidden-package', 5, 'express'],
      ],
    );
  });

  it('answers what if, by path, by specifier, by package', async () => {
    assert.equal((await explain('src/database/client.ts')).imports[0]?.rule, 'forbidden-import');
    assert.equal((await explain('../services/users')).imports[0]?.line, 1);
    assert.equal((await explain('react')).imports[0]?.allowed, true);
    assert.match(
      explanationText(await explain('react')),
      /if it imported: react .*\n {4}allowed, because no rule forbids it/,
    );
  });

  it('says which default decides where the file does not say', async () => {
    const lost = { ...files, 'src/routes/lost.ts': "// comm-node-allow\nimport './gone';\n" };
    const told = async (text: string) =>
      explanationText(
        await explainFile(
          parseBoundaries(text),
          literalTree(lost),
          'src/routes/lost.ts',
          undefined,
          options,
        ),
      );
    const scope = 'boundaries.toml:2 domains.routes.scope = src/routes/**';
    assert.equal(
      await told(config),
      `src/routes/lost.ts belongs to "routes" (${scope})
  line 2: ./gone (static)
    refused: unresolved, because no such file; looked for src/routes/gone
    boundaries.toml does not say: by default unresolved = error
  line 1: exception-without-reason, because an exception needs a reason
    ${scope}
`,
    );
    assert.match(
      await told(`unresolved = "allow"\n${config}`),
      /allowed, because .*\n {4}boundaries\.toml:1 unresolved = allow\n/,
    );
  });

  it('agrees with the lint on every import', async () => {
    const report = await checkBoundaries(parseBoundaries(config), literalTree(files), options);
    for (const { file, specifier, rule, deciding } of report.violations.filter(
      ({ specifier }) => specifier !== '',
    )) {
      const explained = await explainFile(
        parseBoundaries(config),
        literalTree(files),
        file,
        specifier,
        options,
      );
      assert.deepEqual(
        [explained.imports[0]?.rule, explained.imports[0]?.deciding],
        [rule, deciding],
      );
    }
  });
});

describe('graph', () => {
  const draw = async () => {
    const boundaries = parseBoundaries(config);
    const { imports, files: owned } = await readCrossings(boundaries, literalTree(files), options);
    return buildMap(boundaries, owned, imports);
  };

  it('counts imports and violations of each arrow', async () => {
    const { edges } = await draw();
    assert.deepEqual(edges, [
      { from: 'routes', to: 'database', allowed: false, imports: 1, violations: 1 },
      { from: 'routes', to: 'services', allowed: true, imports: 1, violations: 0 },
      { from: 'services', to: 'database', allowed: true, imports: 1, violations: 0 },
    ]);
  });

  it('is drawn in four languages', async () => {
    const map = await draw();
    assert.match(graphDot(map), /"routes" -> "database" \[label="1 \(1 ✗\)", color="#c62828"/);
    assert.match(graphMermaid(map), /linkStyle 0 stroke:#c62828/);
    assert.match(graphSvg(map), /<path class="edge broken" data-from="routes" data-to="database"/);
    const page = graphHtml(map, []);
    assert.doesNotMatch(page, /(src|href)="http/);
    assert.match(page, /<svg /);
  });
});

describe('infer', () => {
  async function passes(tree: SourceTree): Promise<{ text: string; domains: number }> {
    const inferred = await inferBoundaries(tree, options);
    const report = await checkBoundaries(parseBoundaries(inferred.text), tree, options);
    assert.deepEqual(
      report.violations.filter(({ rule }) => rule !== 'syntax').slice(0, 5),
      [],
      inferred.text,
    );
    return inferred;
  }

  it('proposes what the code keeps: domains, permissions, layers', async () => {
    const { text } = await passes(literalTree(files));
    assert.match(text, /layers = \["routes", "services", "database"\]/);
    assert.match(
      text,
      /\[domains\.services\]\nscope = \["src\/services\/\*\*"\]\nallowed_imports = \["src\/database\/\*\*"\]/,
    );
    assert.match(
      text,
      /\[domains\.database\]\nscope = \["src\/database\/\*\*"\]\nforbidden_imports = \["\*\*"\]/,
    );
    assert.match(text, /unresolved = "warn"/);
  });

  it('a starter parses', () => {
    for (const sources of [['src/a.ts'], ['lib/a.py'], ['main.go']])
      parseBoundaries(starterText(sources));
  });

  const corpora = openCorpora();
  for (const corpus of corpora ?? []) {
    it(`of ${corpus.name} passes, with three domains where it has three folders`, async () => {
      const { domains } = await passes(corpus.tree);
      const folders = new Set(corpus.sources.map((path) => path.split('/').slice(0, -1).join('/')));
      const top = [...folders].filter(
        (path) => path.split('/').length === 2 || !path.includes('/'),
      );
      assert.ok(domains >= Math.min(3, top.length), `${domains} domains`);
    });
  }
});
