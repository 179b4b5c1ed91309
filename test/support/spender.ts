// One agent that sends, reads and asks for tokens, as a process of its own; the human grants and decides.
// argv: JSON {url, home, agent, rounds}
import { parseAddress } from '../../src/bus/address.ts';
import { createIds } from '../../src/records/ids.ts';
import { formatTime } from '../../src/records/time.ts';
import { readUnread } from '../../src/services/reading.ts';
import { type Session, withBus } from '../../src/services/session.ts';

const plan = JSON.parse(process.argv[2] ?? '{}') as {
  url: string;
  home: string;
  agent: string;
  rounds: number;
};
const ids = createIds(() => Date.now());
const { agent, url, home } = plan;
const place = {
  cwd: '/',
  home,
  agent,
  repository: url,
  now: () => Date.now(),
  ids,
  progress: () => undefined,
  notice: () => undefined,
};
const pick = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;
const TASKS = ['t-1', 't-2', 't-3'];
const count: Record<string, number> = {};

void withBus(place, parseAddress(url, '/'), async (bus) => {
  const session: Session = {
    agent,
    bus,
    place,
    request: (kind, payload) => ({ id: ids(), kind, agent, at: formatTime(Date.now()), payload }),
  };
  const ask = async (kind: string, payload: Record<string, unknown>) => {
    const answer = await bus.publish(session.request(kind, payload), {
      deferrable: kind === 'send',
    });
    const what = 'refused' in answer ? answer.refused.code : kind;
    count[what] = (count[what] ?? 0) + 1;
  };
  for (let round = 0; round < plan.rounds; round++) {
    const task = pick(TASKS);
    if (agent === 'human') {
      const pending = (await (await bus.view()).ledger()).pending();
      const first = pending[0];
      if (first)
        await ask('budget-verdict', { request: first.id, outcome: pick(['approved', 'denied']) });
      else
        await ask('budget-grant', {
          task,
          agent: `agent-${1 + Math.floor(Math.random() * 7)}`,
          total: 60 + 20 * round,
        });
    } else if (round % 3 === 2) await readUnread(session, 500);
    else if (round % 5 === 3)
      await ask('budget-request', { task, amount: pick([10, 19_990]), why: 'more to say' });
    else {
      const to = [`agent-${1 + Math.floor(Math.random() * 7)}`];
      await ask('send', { to, task, body: 'word '.repeat(5 + Math.floor(Math.random() * 40)) });
    }
  }
  await bus.receive();
}).then(() => process.stdout.write(`${JSON.stringify(count)}\n`));
