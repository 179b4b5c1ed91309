import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { budgetOf, isLimited, remainingOf, spentOf } from '../../src/records/account.ts';
import type { BudgetEntry } from '../../src/records/budget.ts';
import { efficiencyOf } from '../../src/records/efficiency.ts';
import { createIds } from '../../src/records/ids.ts';
import { Ledger, type LedgerEvent } from '../../src/records/ledger.ts';
import { type MessageType, messageTypes } from '../../src/records/message.ts';
import { formatTime } from '../../src/records/time.ts';
import { message, NOW } from '../records/fixture.ts';

const DAY = 86_400_000;
const AGENTS = ['ann', 'bob', 'cem'];
const TASKS = ['t-1', 't-2', undefined];

/** Records as agents with different clocks would make them, some of them about each other. */
const events = fc
  .array(
    fc.record({
      what: fc.constantFrom(
        'message',
        'reply',
        'receipt',
        'allocation',
        'request',
        'decision',
        'grant',
      ),
      agent: fc.constantFrom(...AGENTS),
      task: fc.constantFrom(...TASKS),
      tokens: fc.nat(3000),
      at: fc.integer({ min: -40 * DAY, max: 0 }),
      type: fc.constantFrom(...messageTypes),
      pick: fc.nat(),
      yes: fc.boolean(),
    }),
    { maxLength: 60 },
  )
  .map((plans) => {
    let at = NOW;
    const ids = createIds(
      () => at,
      () => 0.5,
    );
    const made: LedgerEvent[] = [];
    for (const plan of plans) {
      at = NOW + plan.at;
      made.push(eventOf(plan, ids(), made));
    }
    return made;
  });

interface Plan {
  readonly what: string;
  readonly agent: string;
  readonly task: string | undefined;
  readonly tokens: number;
  readonly type: MessageType;
  readonly pick: number;
  readonly yes: boolean;
}

function eventOf(plan: Plan, id: string, made: readonly LedgerEvent[]): LedgerEvent {
  const { what, agent, task, tokens, type, pick, yes } = plan;
  const fields = { id, from: agent, tokens, type, ack_required: yes };
  const about = made.flatMap((event) => ('message' in event ? [event.message] : []));
  const asks = made.flatMap((event) =>
    'budget' in event && event.budget.kind === 'request' ? [event.budget.id] : [],
  );
  const entry = (kind: BudgetEntry['kind'], more: Partial<BudgetEntry> = {}): LedgerEvent => ({
    budget: {
      id,
      kind,
      task: task ?? 't-1',
      agent,
      amount: tokens,
      created: formatTime(NOW),
      ...more,
    },
  });
  const original = about[pick % Math.max(1, about.length)];
  if (what === 'reply' && original !== undefined) {
    const to = [original.from];
    return { message: message({ ...fields, to, in_reply_to: original.id }) };
  }
  if (what === 'receipt') {
    const charged =
      task === undefined ? {} : { charged: [`${task} ${Math.min(tokens, pick % 3000)}`] };
    return { receipt: { id, agent, messages: [id], tokens, ...charged, created: formatTime(NOW) } };
  }
  if (what === 'allocation') return entry('allocation');
  if (what === 'request') return entry('request', yes ? { outcome: 'approved' } : {});
  if (what === 'grant') return entry('grant', { amount: yes ? tokens : -tokens });
  if (what === 'decision' && asks.length > 0) {
    const outcome = yes ? 'approved' : 'denied';
    return entry('decision', { request: asks[pick % asks.length] ?? '', outcome });
  }
  return { message: message({ ...fields, ...(task === undefined ? {} : { task }) }) };
}

function folded(all: readonly LedgerEvent[]): Ledger {
  const ledger = new Ledger();
  for (const event of all) ledger.add(event);
  return ledger;
}

/** What a ledger says, in an order of its own. */
function said(ledger: Ledger) {
  return {
    accounts: [...ledger.accounts.all()].sort((a, b) =>
      `${a.task} ${a.agent}` < `${b.task} ${b.agent}` ? -1 : 1,
    ),
    sums: AGENTS.map((agent) => ledger.accounts.sum(agent)),
    pending: ledger.pending(),
    efficiency: AGENTS.map((agent) => efficiencyOf(ledger, agent, NOW + DAY)),
  };
}

describe('the ledger', () => {
  test('is the same in whatever order records come', () => {
    fc.assert(
      fc.property(
        events.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => assert.deepEqual(said(folded(shuffled)), said(folded(all))),
      ),
      { numRuns: 500 },
    );
  });

  test('is the same when it was written down on the way, and once more', () => {
    const writtenDown = (ledger: Ledger) => new Ledger(JSON.parse(JSON.stringify(ledger.save())));
    fc.assert(
      fc.property(events, fc.nat(40), fc.nat(40), (all, one, more) => {
        let ledger = new Ledger();
        for (const [at, event] of all.entries()) {
          if (at === one || at === one + more) ledger = writtenDown(ledger);
          ledger.add(event);
        }
        assert.deepEqual(said(ledger), said(folded(all)));
        assert.deepEqual(said(writtenDown(ledger)), said(folded(all)));
      }),
    );
  });

  test('sums up an agent as its accounts do, and finds those of a task', () => {
    fc.assert(
      fc.property(events, fc.constantFrom(...AGENTS), (all, agent) => {
        const { accounts } = new Ledger(folded(all).save());
        const own = accounts.of(agent);
        const spent = own.reduce((sum, account) => sum + spentOf(account), 0);
        const left = own.filter(isLimited).reduce((sum, one) => sum + remainingOf(one), 0);
        assert.deepEqual(accounts.sum(agent), { spent, remaining: left });
        for (const account of own) {
          assert.deepEqual(accounts.get(account.task, agent), account);
          assert.ok(accounts.about(account.task).some((one) => one.agent === agent));
        }
      }),
    );
  });

  test('is never negative, and equals a recount of the records', () => {
    fc.assert(
      fc.property(events, (all) => {
        for (const account of folded(all).accounts.all()) {
          assert.ok(remainingOf(account) >= 0 && budgetOf(account) >= 0);
          assert.ok(account.sent >= 0 && account.read >= 0);
          const { task, agent } = account;
          assert.equal(account.sent, sentOf(all, task, agent));
          assert.equal(account.read, readOf(all, task, agent));
          assert.equal(account.allocated + account.granted, givenOf(all, task, agent));
        }
      }),
    );
  });

  test('shares are shares', () => {
    fc.assert(
      fc.property(events, fc.constantFrom(...AGENTS), (all, agent) => {
        const { efficiency, success, calibration } = efficiencyOf(folded(all), agent, NOW);
        for (const share of [efficiency, success, calibration]) assert.ok(share >= 0 && share <= 1);
      }),
    );
  });
});

// The recount is written as a person would do it with a pencil, and shares nothing with the ledger.
function sentOf(all: readonly LedgerEvent[], task: string, agent: string): number {
  let sum = 0;
  for (const event of all) {
    if (!('message' in event) || event.message.from !== agent) continue;
    const { type, tokens } = event.message;
    if ((event.message.task ?? '') !== task || type.startsWith('budget_')) continue;
    sum += tokens;
  }
  return sum;
}

function readOf(all: readonly LedgerEvent[], task: string, agent: string): number {
  let sum = 0;
  for (const event of all) {
    if (!('receipt' in event) || event.receipt.agent !== agent) continue;
    const charged = event.receipt.charged?.[0]?.split(' ') ?? ['', '0'];
    const ofTask = Number(charged[1]);
    sum += charged[0] === task ? ofTask : 0;
    if (task === '') sum += event.receipt.tokens - (charged[0] === '' ? 0 : ofTask);
  }
  return sum;
}

function givenOf(all: readonly LedgerEvent[], task: string, agent: string): number {
  const entries = all.flatMap((event) => ('budget' in event ? [event.budget] : []));
  let sum = 0;
  for (const entry of entries) {
    const isHere = entry.task === task && entry.agent === agent;
    if (isHere && (entry.kind === 'allocation' || entry.kind === 'grant')) sum += entry.amount;
    if (!isHere || entry.outcome === undefined) continue;
    const request = entry.kind === 'request' ? entry.id : entry.request;
    const verdicts = entries.filter(
      ({ id, kind, request: of, outcome }) =>
        outcome !== undefined && (kind === 'request' ? id === request : of === request),
    );
    const first = verdicts.map(({ id }) => id).sort()[0];
    if (first === entry.id && entry.outcome === 'approved') sum += entry.amount;
  }
  return sum;
}
