import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { budgetOf, remainingOf } from '../../src/records/account.ts';
import { parseBudget } from '../../src/records/budget-file.ts';
import { parseMessage } from '../../src/records/message-file.ts';
import { parseReceipt } from '../../src/records/receipt.ts';
import { enter, foundProject, openDesk } from '../bus/setting.ts';
import { bundleOf } from '../support/program.ts';
import { createSandbox } from '../support/sandbox.ts';

const run = promisify(execFile);
const AGENTS = ['human', ...Array.from({ length: 7 }, (_, at) => `agent-${at + 1}`)];

test('eight processes on three machines: one ledger, never negative, as Git counts it', async (t) => {
  const sandbox = createSandbox(t);
  t.after(enter(sandbox));
  const path = await foundProject(sandbox, AGENTS.slice(1));
  const places = [
    { url: path, home: join(sandbox.root, 'here') },
    { url: `file://${path}`, home: join(sandbox.root, 'there') },
    { url: `file://${path}`, home: join(sandbox.root, 'yonder') },
  ];
  const program = await bundleOf('spender.ts');
  const counts = await Promise.all(
    AGENTS.map(async (agent, at) => {
      const plan = { ...places[at % places.length], agent, rounds: 12 };
      const { stdout } = await run(process.execPath, [program, JSON.stringify(plan)], {
        env: sandbox.env,
      });
      return JSON.parse(stdout) as Record<string, number>;
    }),
  );
  const sums = new Map<string, number>();
  for (const [what, count] of counts.flatMap(Object.entries))
    sums.set(what, (sums.get(what) ?? 0) + Number(count));
  assert.ok(
    (sums.get('send') ?? 0) > 10 && (sums.get('budget-grant') ?? 0) > 0,
    JSON.stringify([...sums]),
  );

  const ledgers = [];
  for (const { url, home } of [...places, ...places]) {
    const desk = await openDesk(url, home);
    await desk.bus.receive();
    const ledger = await (await desk.bus.view()).ledger();
    ledgers.push([...ledger.accounts.all()].map((account) => JSON.stringify(account)).sort());
    for (const account of ledger.accounts.all())
      assert.ok(remainingOf(account) >= 0 && budgetOf(account) >= 0);
    desk.bus.close();
    // The second time round, from nothing.
    rmSync(join(desk.bus.hub.state, 'index'), { recursive: true, force: true });
  }
  for (const ledger of ledgers) assert.deepEqual(ledger, ledgers[0]);
  const counted = recount(path, sandbox.git);
  assert.ok(
    counted.some((row) => !row.endsWith(',0]')),
    'something was read',
  );
  assert.deepEqual(ledgers[0]?.map(amountsOf), counted);
});

function amountsOf(line: string): string {
  const { task, agent, allocated, granted, sent, read } = JSON.parse(line);
  return JSON.stringify([task, agent, allocated + granted, sent, read]);
}

/** Counted from every record that was ever added to the history, with Git alone, messages by their own tokens. */
function recount(path: string, git: (cwd: string, ...args: string[]) => string): string[] {
  const names = git(
    path,
    'log',
    '--format=',
    '--name-only',
    '--diff-filter=A',
    '--reverse',
    'main',
  ).split('\n');
  const texts = names
    .filter(Boolean)
    .map((name) => [name, `${git(path, 'show', `main:${name}`)}\n`] as const);
  const sums = new Map<string, [number, number, number]>();
  const add = (task: string, agent: string, place: 0 | 1 | 2, tokens: number) => {
    const key = `${task}\t${agent}`;
    const sum = sums.get(key) ?? [0, 0, 0];
    sum[place] += tokens;
    sums.set(key, sum);
  };
  const messages = new Map(
    texts
      .filter(([name]) => name.startsWith('messages/'))
      .map(([name, text]) => [name.slice(-29, -3), parseMessage(text, name)]),
  );
  const isFree = (type: string) => type.startsWith('budget_');
  for (const { type, task = '', from, tokens } of messages.values())
    if (!isFree(type)) add(task, from, 1, tokens);
  for (const [name, text] of texts) {
    if (name.startsWith('receipts/')) {
      const { agent, messages: ids } = parseReceipt(text, name);
      for (const id of ids) {
        const { type = '', task = '', tokens = 0 } = messages.get(id) ?? {};
        add(isFree(type) ? '' : task, agent, 2, tokens);
      }
    }
    if (name.startsWith('budgets/')) {
      const { kind, outcome, task, agent, amount } = parseBudget(text, name);
      add(
        task,
        agent,
        0,
        kind === 'grant' || kind === 'allocation' || outcome === 'approved' ? amount : 0,
      );
    }
  }
  return [...sums]
    .map(([key, [given, sent, read]]) => {
      const [task, agent] = key.split('\t');
      return {
        key: JSON.stringify({ task, agent }),
        row: JSON.stringify([task, agent, given, sent, read]),
      };
    })
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row);
}
