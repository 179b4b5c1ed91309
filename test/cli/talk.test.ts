import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isId } from '../../src/records/ids.ts';
import { openOffice } from './office.ts';

type Row = Record<string, unknown>;

describe('talking, as programs see it', { concurrency: 4 }, () => {
  test('send, inbox and read have the data that scripts rely on', async (t) => {
    const { data } = await openOffice(t);
    const sent = await data('backend', 'send', 'frontend', 'Ready.', '--task', 'bd-1', '--ack');
    assert.ok(isId(String(sent['id'])));
    assert.deepEqual(
      { ...sent, id: '', commit: '' },
      {
        id: '',
        tier: 'coordination',
        tokens: 2,
        thread: sent['id'],
        to: ['frontend'],
        cc: [],
        state: 'published',
        commit: '',
      },
    );
    assert.match(String(sent['commit']), /^[0-9a-f]{40}$/);
    const inbox = await data('frontend', 'inbox');
    assert.equal(inbox['unread'], 1);
    assert.deepEqual(inbox['as_of'], { commit: sent['commit'], age_seconds: 0 });
    const [row] = inbox['messages'] as Row[];
    const { created, ...rest } = row ?? {};
    assert.match(String(created), /^\d{4}-.*Z$/);
    assert.deepEqual(rest, {
      id: sent['id'],
      type: 'announcement',
      tier: 'coordination',
      from: 'backend',
      to: ['frontend'],
      cc: [],
      task: 'bd-1',
      thread: sent['id'],
      priority: 'medium',
      artifacts: [],
      blocks_progress: false,
      ack_required: true,
      tokens: 2,
      summary: 'Ready.',
      short: String(sent['id']).slice(-7),
      read: false,
    });
    const read = await data('frontend', 'read');
    assert.deepEqual(read['message'], (read['messages'] as Row[])[0]);
    assert.equal((read['message'] as Row)['body'], 'Ready.');
    assert.equal(read['tokens'], 2);
    assert.deepEqual(await data('frontend', 'read'), {
      messages: [],
      message: null,
      tokens: 0,
      left: 0,
    });
  });

  test('a peek leaves mail unread, and a second reading costs nothing', async (t) => {
    const { data } = await openOffice(t);
    const { id } = await data('backend', 'send', 'all', 'Ready.');
    assert.equal((await data('frontend', 'read', '--peek'))['tokens'], 0);
    assert.equal((await data('frontend', 'inbox'))['unread'], 1);
    assert.equal((await data('frontend', 'read', String(id)))['tokens'], 2);
    assert.equal((await data('frontend', 'read', String(id)))['tokens'], 0);
    assert.equal((await data('backend', 'inbox'))['unread'], 0);
  });

  test('a key sends once, and tells the first result again', async (t) => {
    const { data } = await openOffice(t);
    const first = await data('backend', 'send', 'frontend', 'One.', '--idempotency-key', 'k');
    const again = await data('backend', 'send', 'frontend', 'Two.', '--idempotency-key', 'k');
    assert.equal(again['id'], first['id']);
    assert.equal(again['tokens'], first['tokens']);
    assert.equal(again['repeated'], true);
    assert.equal((await data('frontend', 'inbox'))['unread'], 1);
  });

  test('an answer over its budget is a no that counts; one that fits closes the question', async (t) => {
    const { as, data } = await openOffice(t);
    const { id } = await data('backend', 'ask', 'frontend', 'Why?', '--token-budget', '5');
    const long = await as('frontend', ['answer', String(id), 'x'.repeat(70), '--json']);
    assert.equal(long.code, 1);
    assert.equal(long.json().error.code, 'over-token-budget');
    const fits = 'x'.repeat(17);
    assert.deepEqual(long.json().error.data, { tokens: 20, token_budget: 5, over: 15, fits });
    assert.match(long.json().error.hint ?? '', /^cut 15 tokens, the last 53 characters, or/);
    const reply = ['reply', String(id), '--type', 'answer', 'x'.repeat(70), '--json'];
    assert.equal((await as('frontend', reply)).json().error.code, 'over-token-budget');
    const { id: answer } = await data('frontend', 'answer', String(id), fits);
    const { messages } = await data('backend', 'thread', String(answer).slice(-7).toLowerCase());
    assert.deepEqual(
      (messages as Row[]).map((message) => message['type']),
      ['question', 'answer'],
    );
    assert.equal((await data('frontend', 'inbox'))['unread'], 0);
  });

  test('exit codes: 1 when nobody answers or nothing comes, 2 for a line that is wrong', async (t) => {
    const { as } = await openOffice(t);
    const asked = await as('backend', ['ask', 'frontend', 'Why?', '--wait', '200ms', '--json']);
    assert.equal(asked.code, 1);
    assert.equal(asked.json().error.code, 'no-answer');
    assert.equal(asked.json().data['answer'], null);
    const watched = await as('backend', ['watch', '--once', '--timeout', '200ms', '--json']);
    assert.equal(watched.code, 1);
    assert.equal(watched.json().error.code, 'nothing-new');
    assert.equal((await as('backend', ['watch', '--timeout', '200ms'])).code, 0);
    assert.equal((await as('backend', ['send', 'frontend', 'a', '--expires', 'soon'])).code, 2);
    assert.equal((await as('backend', ['search', 'from:'])).code, 2);
  });

  test('watch prints one document a line', async (t) => {
    const { as } = await openOffice(t);
    await as('backend', ['send', 'frontend', 'One.']);
    await as('backend', ['send', 'frontend', 'Two.']);
    const { code, stdout } = await as('frontend', ['watch', '--once', '--json']);
    assert.equal(code, 0);
    const rows = stdout.trimEnd().split('\n');
    assert.deepEqual(
      rows.map((row) => JSON.parse(row).summary),
      ['One.', 'Two.'],
    );
  });

  test('status and doctor are one document each', async (t) => {
    const { as, data, root } = await openOffice(t);
    const status = await data('backend', 'status');
    assert.equal(status['project'], 'shop');
    assert.equal(status['repository'], `${root}/hub.git`);
    assert.equal(status['agent'], 'backend');
    const names = (status['agents'] as Row[]).map((agent) => agent['name']);
    assert.deepEqual(names, ['backend', 'frontend', 'human']);
    const doctor = await as('backend', ['doctor', '--json']);
    assert.equal(doctor.code, 0);
    const { checks, failed } = doctor.json().data;
    assert.equal(failed, 0);
    for (const check of checks as Row[])
      assert.equal(check['status'], 'pass', String(check['found']));
    const lost = await as('backend', ['doctor', '--agent', 'stranger', '--json']);
    assert.equal(lost.code, 1);
    assert.equal(lost.json().error.code, 'unwell');
    assert.deepEqual(lost.json().error.data, { failed: 'registration' });
  });
});
