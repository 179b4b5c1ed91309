import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { type Office, openOffice } from '../cli/office.ts';
import { BIN } from '../support/cli.ts';

const LONG =
  'The login API has moved to port 8080 and the token now expires after one hour. Please refresh it before that. The contract in login.yaml says what the claims are and how they are checked.';
const SECTIONS = `# How a login works\n\nThe form posts to /login. The answer is a token.\n\n- It expires after an hour.\n- ${LONG}\n`;

interface Way {
  readonly kind: string;
  readonly command: string;
  readonly body?: string;
  readonly over?: number;
}

const grant = (office: Office, total: number, task = 'shop-7', agent = 'backend') =>
  office.as('backend', [
    '--agent',
    'human',
    'budget',
    'grant',
    agent,
    '--task',
    task,
    '--total',
    `${total}`,
  ]);

async function budget(office: Office, agent = 'backend', task = 'shop-7') {
  // Before anybody has spent anything there is nothing to show.
  const { budgets = [] } = (await office.data(agent, 'budget', 'show', task)) ?? {};
  return (budgets as { agent: string; remaining: number; spent: number; over: number }[]).find(
    (row) => row.agent === agent,
  );
}

/** Types a command into a shell, as an agent does that follows what it was told. */
function type(office: Office, agent: string, command: string): string {
  const program = `comm-node() { '${process.execPath}' '${BIN}' "$@"; }\n`;
  const cwd = `${office.root}/${agent}`;
  return execFileSync('bash', ['-c', program + command], {
    cwd,
    env: office.env,
    encoding: 'utf8',
  });
}

test('what does not fit is refused, and each way out is accepted as it stands', async (t) => {
  const office = await openOffice(t);
  const before = () => office.git(`${office.root}/hub.git`, 'rev-parse', 'main');
  for (const [text, budgetNow, kinds] of [
    [LONG, 50, ['tier', 'cut', 'request']],
    [SECTIONS, 60, ['tier']],
    [`"Quoted" $HOME \`and\` 'more' ${LONG}`, 50, ['cut']],
    ['- a list that begins with a dash\n'.repeat(8), 40, ['cut']],
    ['日本語のとても長い文章です'.repeat(9), 50, ['cut']],
  ] as const) {
    for (const kind of kinds) {
      await grant(office, ((await budget(office))?.spent ?? 0) + budgetNow);
      const tip = before();
      const send = ['send', '--to', 'frontend', '--task', 'shop-7', '--json', '--', text];
      const refused = (await office.as('backend', send)).json();
      assert.equal(refused.error.code, 'over-budget', JSON.stringify(refused));
      assert.equal(before(), tip, 'nothing was written');
      const ways = refused.error.data['ways'] as Way[];
      const way = ways.find((one) => one.kind === kind);
      assert.ok(way, `${kind}: ${JSON.stringify(ways)}`);
      type(office, 'backend', way.command);
      if (kind === 'cut') {
        // In words as well: so many characters less at the end.
        assert.ok(text.startsWith(way.body ?? '?'));
      }
      if (kind === 'request') assert.equal((await office.as('backend', send)).code, 0);
      assert.ok(((await budget(office))?.remaining ?? -1) >= 0);
    }
  }
});

test('an answer, a reply and a signal are refused alike; asking, and the human, never are', async (t) => {
  const office = await openOffice(t);
  await grant(office, 3);
  const asked = await office.data(
    'frontend',
    'ask',
    'backend',
    'Which claims?',
    '--task',
    'shop-7',
  );
  const id = String(asked['id']);
  for (const words of [
    ['answer', id, LONG],
    ['reply', id, LONG],
    ['signal', '✓shop-7 backend→frontend 📄login.yaml →integrate'],
  ]) {
    const refused = await office.as('backend', [...words, '--json']);
    assert.equal(refused.json().error?.code, 'over-budget', refused.stdout);
  }
  const answered = (await office.as('backend', ['answer', id, LONG, '--json'])).json();
  const cut = (answered.error.data['ways'] as Way[]).at(-1);
  type(office, 'backend', cut?.command ?? 'false');
  assert.match(type(office, 'backend', `comm-node answer ${id} '${LONG}'`), /^sent/);
  assert.equal((await budget(office))?.remaining, 0);
  const human = ['send', 'human', 'I am stuck, and have no tokens left.', '--task', 'shop-7'];
  assert.equal((await office.as('backend', human)).code, 0);
  assert.equal((await office.as('backend', ['ack', id])).code, 0);
  const toAll = ['--agent', 'human', 'send', 'all', LONG, '--task', 'shop-7'];
  assert.equal((await office.as('backend', toAll)).code, 0);
});

test('a reader beyond its budget gets a line, is told, and may have the whole', async (t) => {
  const office = await openOffice(t);
  await grant(office, 10);
  const sent = await office.data('frontend', 'send', 'backend', LONG, '--task', 'shop-7');
  const digest = await office.as('backend', ['read']);
  assert.equal(digest.code, 0);
  assert.match(digest.stdout, /moved to port 8080/);
  assert.doesNotMatch(digest.stdout, /login\.yaml/);
  assert.match(digest.stdout, /beyond your budget for shop-7.*--full/);
  assert.equal((await budget(office))?.spent, 0, 'a line costs nothing');
  assert.match((await office.as('backend', ['read', '--full'])).stdout, /login\.yaml/);
  const spent = (await budget(office))?.spent;
  assert.ok(spent !== undefined && spent > 40);
  assert.deepEqual(
    [(await budget(office))?.remaining, (await budget(office))?.over],
    [0, spent - 10],
  );
  // Again is free.
  await office.as('backend', ['read', String(sent['id']), '--full']);
  assert.equal((await budget(office))?.spent, spent);
  // What presses is never withheld.
  await office.as('frontend', [
    'send',
    'backend',
    `${LONG} Now.`,
    '--task',
    'shop-7',
    '--blocking',
  ]);
  assert.match((await office.as('backend', ['read'])).stdout, /Now\./);
});

test('the human decides once what the rules do not', async (t) => {
  const office = await openOffice(t);
  await grant(office, 100);
  const asks = await office.data(
    'backend',
    'budget',
    'request',
    '--amount',
    '30000',
    '--why',
    'a lot',
  );
  assert.deepEqual([asks['state'], asks['task'], asks['remaining']], ['pending', 'shop-7', 100]);
  const id = String(asks['id']);
  const mail = await office.data('backend', '--agent', 'human', 'inbox');
  assert.match(JSON.stringify(mail), /budget approve/);
  const own = await office.as('backend', ['budget', 'approve', id, '--json']);
  assert.equal(own.json().error.code, 'human-only');
  const human = (...words: string[]) =>
    office.as('frontend', ['--agent', 'human', 'budget', ...words, '--json']);
  const approved = (await human('approve', id.slice(-7), '--amount', '400')).json().data;
  assert.deepEqual([approved['amount'], approved['remaining']], [400, 500]);
  assert.equal((await human('deny', id, '--why', 'no')).json().error.code, 'decided-already');
  assert.equal(
    (await human('deny', 'ZZZZZZZ', '--why', 'no')).json().error.code,
    'unknown-request',
  );
  assert.match((await office.as('backend', ['read'])).stdout, /400 tokens more for shop-7/);
  const none = await office.as('frontend', [
    'budget',
    'request',
    '--amount',
    '5',
    '--why',
    'x',
    '--json',
  ]);
  assert.equal(none.json().error.code, 'which-task');
  const rule = await office.data(
    'backend',
    'budget',
    'request',
    '--amount',
    '20',
    '--why',
    'a bit',
  );
  assert.deepEqual([rule['state'], rule['remaining']], ['approved', 520]);
});
