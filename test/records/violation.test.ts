import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldFile } from '../../src/records/fold.ts';
import { violationPath } from '../../src/records/paths.ts';
import { formatTime } from '../../src/records/time.ts';
import { formatViolation, parseViolation } from '../../src/records/violation-file.ts';
import { NOW, nextId, shop } from './fixture.ts';

test('a violation is recorded, whoever did it', async () => {
  const tree = await shop();
  const told = { rule: 'lock', outcome: 'refused', place: 'edit', paths: ['src/a.ts'] };
  const change = await tree.grant('violation', 'stranger', { ...told, body: 'frontend holds it' });
  assert.equal(change.subject, 'violation: stranger was refused src/a.ts (lock)');
  const [[path, text] = ['', null]] = [...change.files];
  const folded = foldFile(path, text ?? '');
  assert.ok('violation' in folded);
  assert.equal(folded.violation.body, 'frontend holds it');
  assert.equal(folded.violation.agent, 'stranger');
});

test('what it says is checked, cut and made storable', async () => {
  const tree = await shop();
  const told = { rule: 'scope', outcome: 'bypassed', place: 'push' };
  const paths = Array.from({ length: 500 }, (_, at) => `src/${at}.ts`);
  const change = await tree.grant('violation', 'backend', {
    ...told,
    paths,
    body: `a\0b${'x'.repeat(9000)}`,
  });
  assert.equal(
    change.subject,
    'violation: backend passed by the rules with src/0.ts, src/1.ts +498 (scope)',
  );
  const [[path, text] = ['', null]] = [...change.files];
  const { paths: kept, body } = parseViolation(text ?? '', path);
  assert.deepEqual([kept.length, body.length, body.slice(0, 3)], [100, 4000, 'abx']);
  for (const wrong of [{ rule: 'No!' }, { outcome: 'maybe' }, { commit: 'HEAD' }]) {
    assert.equal(
      (await tree.refuse('violation', 'backend', { ...told, ...wrong })).code,
      'invalid-request',
    );
  }
});

test('it is read as it was written', () => {
  const id = nextId();
  const violation = {
    id,
    agent: 'backend',
    rule: 'lock',
    outcome: 'bypassed' as const,
    place: 'push',
    repo: 'shop-api',
    paths: ['src/a b.ts'],
    owner: 'frontend',
    lock: nextId(),
    task: 'shop-7',
    commit: '9fceb02d0ae598e95dc970b74767f19372d61af8',
    created: formatTime(NOW),
    body: 'src/a b.ts is locked by frontend',
  };
  assert.deepEqual(parseViolation(formatViolation(violation), violationPath(id)), violation);
});
