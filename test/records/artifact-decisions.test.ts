import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { artifactsOf } from '../../src/records/artifact.ts';
import { formatArtifact, parseArtifact } from '../../src/records/artifact-file.ts';
import { ArtifactsOnDemand } from '../../src/records/artifacts-on-demand.ts';
import { isArtifactName } from '../../src/records/names.ts';
import { artifactPath } from '../../src/records/paths.ts';
import { formatSize, parseSize } from '../../src/records/size.ts';
import { TIP, Tree } from './fixture.ts';

const HASH = (digit: string) => digit.repeat(64);

function item(name: string, digit = 'a', more: object = {}) {
  return {
    name,
    kind: 'openapi',
    sha256: HASH(digit),
    bytes: 4210,
    blob: digit.repeat(40),
    ...more,
  };
}

/** A backend that exports, a frontend and an admin that import, and docs that does not. */
async function shop(): Promise<Tree> {
  const tree = new Tree();
  await tree.grant('init', 'human', { project: 'shop' });
  await tree.grant('join', 'backend', { domain: 'backend', exports: ['openapi'] });
  await tree.grant('join', 'frontend', { domain: 'frontend', imports: ['openapi'] });
  await tree.grant('join', 'admin', { domain: 'admin', imports: ['openapi', 'typescript'] });
  await tree.grant('join', 'docs', { domain: 'docs', imports: ['pictures'] });
  return tree;
}

describe('publishing an artifact', () => {
  test('gives it a version, stores its content and tells its consumers, in one commit', async () => {
    const tree = await shop();
    const { subject, record, files, stored, result } = await tree.grant('artifact', 'backend', {
      artifacts: [item('api.yaml')],
      note: 'The first. More later.',
      task: 'shop-7',
    });
    assert.equal(subject, 'publish: backend/api.yaml v1 → admin, frontend');
    assert.equal(record, 'backend/api.yaml');
    assert.deepEqual([...(stored ?? [])], [['artifacts/backend/files/api.yaml', 'a'.repeat(40)]]);
    const artifact = tree.state.artifacts.get('backend/api.yaml');
    assert.equal(artifact?.version, 1);
    assert.deepEqual(artifact?.consumers, ['admin', 'frontend']);
    const [message = ''] = [...files.keys()].filter((path) => path.startsWith('messages/'));
    const text = tree.files.get(message) ?? '';
    assert.match(text, /^to: \[admin, frontend\]$/m);
    assert.match(text, /^artifacts: \[backend\/api\.yaml@1\]$/m);
    assert.match(text, /backend\/api\.yaml v1 \(openapi, 4\.2 KB\) published\. The first\.\n$/);
    assert.equal(result['unchanged'], false);
  });

  test('the same content keeps its version; another one has the next', async () => {
    const tree = await shop();
    await tree.grant('artifact', 'backend', { artifacts: [item('api.yaml')] });
    const again = await tree.unneeded('artifact', 'backend', { artifacts: [item('api.yaml')] });
    assert.equal(again['unchanged'], true);
    assert.equal((again['artifact'] as { version: number }).version, 1);
    await tree.grant('artifact', 'backend', { artifacts: [item('api.yaml', 'b')] });
    assert.equal(tree.state.artifacts.get('backend/api.yaml')?.version, 2);
    // Back to what it was is a new version, too.
    await tree.grant('artifact', 'backend', { artifacts: [item('api.yaml', 'a')] });
    assert.equal(tree.state.artifacts.get('backend/api.yaml')?.version, 3);
  });

  test('what is derived names its source, and both are one change', async () => {
    const tree = await shop();
    const types = item('api.d.ts', 'c', { kind: 'typescript', adapter: 'openapi-typescript' });
    await tree.grant('artifact', 'backend', { artifacts: [item('api.yaml'), types] });
    const made = tree.state.artifacts.get('backend/api.d.ts');
    assert.equal(made?.derived_from, 'backend/api.yaml@1');
    assert.equal(made?.source_sha256, HASH('a'));
    assert.deepEqual(made?.consumers, ['admin']);
    // A new source that makes the same: the version stays, and what it is of is corrected.
    await tree.grant('artifact', 'backend', { artifacts: [item('api.yaml', 'b'), types] });
    const same = tree.state.artifacts.get('backend/api.d.ts');
    assert.deepEqual([same?.version, same?.derived_from], [1, 'backend/api.yaml@2']);
  });

  test('by reference no content is stored, and that of an older version leaves', async () => {
    const tree = await shop();
    await tree.grant('artifact', 'backend', { artifacts: [item('app.tar')] });
    const at = { repo: 'api', commit: TIP, path: 'dist/app.tar' };
    const { files, stored } = await tree.grant('artifact', 'backend', {
      artifacts: [item('app.tar', 'b', { at })],
    });
    assert.equal(files.get('artifacts/backend/files/app.tar'), null);
    assert.equal(stored?.size, 0);
  });

  test('stale pins are told', async () => {
    const tree = await shop();
    await tree.grant('artifact', 'backend', { artifacts: [item('api.yaml')] });
    const fields =
      'status: open\ncreated: 2026-11-22T09:30:00.000Z\nupdated: 2026-11-22T09:30:00.000Z';
    const pins = 'required_artifacts: [backend/api.yaml@1]';
    tree.files.set(
      'tasks/page.md',
      `---\nschema: 1\nid: page\ntitle: The page\ndomain: frontend\n${pins}\n${fields}\n---\n`,
    );
    assert.deepEqual(tree.state.malformed, []);
    const { result } = await tree.grant('artifact', 'backend', {
      artifacts: [item('api.yaml', 'b')],
    });
    assert.deepEqual(result['stale'], [
      { task: 'page', artifact: 'backend/api.yaml', pinned: 1, version: 2 },
    ]);
  });

  test('is refused for another domain, a moved version, names that collide, a damaged record', async () => {
    const tree = await shop();
    const artifacts = [item('api.yaml')];
    const refuse = async (agent: string, payload: Record<string, unknown>) =>
      (await tree.refuse('artifact', agent, payload)).code;
    assert.equal(await refuse('frontend', { artifacts, domain: 'backend' }), 'not-your-domain');
    assert.equal(await refuse('human', { artifacts }), 'no-domain');
    assert.equal(await refuse('human', { artifacts, domain: 'bakend' }), 'unknown-domain');
    assert.equal(await refuse('stranger', { artifacts }), 'not-registered');
    assert.equal(await refuse('backend', { artifacts, if_version: 3 }), 'version-moved');
    await tree.grant('artifact', 'human', { artifacts, domain: 'backend' });
    assert.equal(await refuse('backend', { artifacts: [item('API.yaml')] }), 'name-collides');
    assert.equal(await refuse('backend', { artifacts: [item('../x')] }), 'invalid-request');
    tree.files.set('artifacts/backend/api.yaml.md', 'broken');
    assert.equal(await refuse('backend', { artifacts }), 'artifact-malformed');
  });
});

describe('an artifact', () => {
  test('has a name that is a file name on every system, and leads nowhere else', () => {
    for (const name of ['api.yaml', 'README.md', 'a', '_x', 'A-1.d.ts'])
      assert.ok(isArtifactName(name));
    const bad = [
      '',
      '.',
      '..',
      '../x',
      'a/b',
      'a\\b',
      '.hidden',
      'README',
      'x.',
      'con',
      'NUL.txt',
      'a b',
      'ä',
      'a\n',
    ];
    for (const name of bad) assert.equal(isArtifactName(name), false, name);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        if (!isArtifactName(name)) return;
        assert.equal(artifactPath('d', name), `artifacts/d/${name}.md`);
        assert.match(name, /^[A-Za-z0-9_][\w.-]*$/);
      }),
    );
  });

  test('is written and read back as it is, whatever its numbers', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 1e6 }),
        fc.stringMatching(/^[0-9a-f]{64}$/),
        (bytes, version, sha256) => {
          const text = formatArtifact({
            ...{ domain: 'backend', name: 'api.yaml', kind: 'openapi', version, sha256, bytes },
            ...{ blob: TIP, producer: 'backend', consumers: ['web'], extra: {}, body: '' },
            published: '2026-11-22T09:30:00.000Z',
          });
          const read = parseArtifact(text, 'artifacts/backend/api.yaml.md');
          assert.deepEqual([read.sha256, read.bytes, read.version], [sha256, bytes, version]);
        },
      ),
    );
  });

  test('sizes are read and written', () => {
    assert.deepEqual(['10MB', '1 kb', '17', '1.5MB', ''].map(parseSize), [
      10e6,
      1000,
      17,
      undefined,
      undefined,
    ]);
    assert.deepEqual([0, 999, 1000, 4210, 60_512_000].map(formatSize), [
      '0 B',
      '999 B',
      '1.0 KB',
      '4.2 KB',
      '60.5 MB',
    ]);
  });
});

test('of two first deployments of two domains one is begun, and only once nobody else is at it', async () => {
  const tree = await shop();
  const report = (digit: string) => item('deploy-report.json', digit, { kind: 'deploy-report' });
  const alone = { if_version: 0, if_alone: 'deploy-report' };
  await tree.grant('artifact', 'backend', { artifacts: [report('a')], ...alone });
  const late = { artifacts: [report('b')], ...alone };
  const refused = await tree.refuse('artifact', 'frontend', late);
  assert.equal(refused.code, 'artifacts-moved');
  assert.match(refused.message, /^backend\/deploy-report\.json is a{64} now, not unpublished/);
  const seen = { 'backend/deploy-report.json': HASH('a') };
  await tree.grant('artifact', 'frontend', { ...late, if_artifacts: seen });
});

test('artifacts that are made when they are asked for are the same ones', async () => {
  const tree = await shop();
  await tree.grant('artifact', 'backend', { artifacts: [item('api.yaml'), item('b.json', 'b')] });
  const { live } = tree.state;
  const all = artifactsOf(live.values());
  const some = new ArtifactsOnDemand(live);
  assert.deepEqual(some.get('backend/api.yaml'), all.get('backend/api.yaml'));
  for (const none of ['backend/c', 'backend', '', 'backend/files/api.yaml', '../backend/api.yaml'])
    assert.ok(!some.has(none), none);
  assert.deepEqual(new Map(some), all);
  assert.deepEqual([some.size, some.has('backend/b.json')], [2, true]);
});
