// One holder of a contest: a process of its own that locks and unlocks overlapping
// globs, and writes when it held what into a log that all share.
// argv: JSON, see Contestant in lock-contest.ts
import { openSync, writeSync } from 'node:fs';
import { parseAddress } from '../../src/bus/address.ts';
import { createIds } from '../../src/records/ids.ts';
import { formatTime } from '../../src/records/time.ts';
import { lockInLine } from '../../src/services/lock-queue.ts';
import { requestLock } from '../../src/services/locking.ts';
import { type Session, withBus } from '../../src/services/session.ts';
import type { Contestant } from './lock-contest.ts';
import type { LogLine } from './lock-referee.ts';

const plan = JSON.parse(process.argv[2] ?? '{}') as Contestant & { startAt: number };
const ids = createIds(() => Date.now());
const log = openSync(plan.log, 'a');
const clock = () => Number(process.hrtime.bigint());
const note = (line: LogLine) => writeSync(log, `${JSON.stringify(line)}\n`);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const pick = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)] as T;
const place = {
  cwd: '/',
  home: plan.home,
  agent: plan.agent,
  repository: plan.url,
  now: () => Date.now(),
  ids,
  progress: () => undefined,
  notice: (text: string) => say({ notice: text }),
};

void withBus(place, parseAddress(plan.url, '/'), async (bus) => {
  const session: Session = {
    agent: plan.agent,
    bus,
    place,
    request: (kind, payload) => ({
      id: ids(),
      kind,
      agent: plan.agent,
      at: formatTime(Date.now()),
      payload,
    }),
  };
  say({ ready: plan.agent });
  await sleep(Math.max(0, plan.startAt - Date.now()));
  if (plan.once) await holdOnce(session);
  while (!plan.once && Date.now() < plan.endAt) {
    try {
      await holdOnce(session);
    } catch (error) {
      say({ failed: plan.agent, why: String(error) });
      await sleep(200);
    }
    await sleep(Math.random() * plan.restMs);
  }
});
say({ done: plan.agent });

async function holdOnce(session: Session): Promise<void> {
  const paths = Math.random() < 0.3 ? [pick(plan.globs), pick(plan.globs)] : [pick(plan.globs)];
  const ask = {
    repo: 'shop',
    paths: [...new Set(paths)],
    exclusive: plan.once === true || Math.random() < 0.85,
    ttlMs: plan.ttlMs,
  };
  const asked = clock();
  const outcome = plan.once
    ? await requestLock(session, ask)
    : await lockInLine(session, ask, {
        timeoutMs: plan.waitMs,
        everyMs: plan.everyMs,
        signal: new AbortController().signal,
        onWait: () => undefined,
      });
  if (!outcome.ok) {
    say({ refused: outcome.refusal.code, message: outcome.refusal.message });
    return;
  }
  const data = outcome.data as { granted?: unknown; lock?: unknown };
  const { lock } = (data.granted ?? data) as {
    lock: { id: string; fence: number; expires: string; safe_until: string };
  };
  const [wall, at] = [Date.now(), clock()];
  const end = at + (Date.parse(lock.expires) - wall) * 1e6;
  note({
    what: 'acquired',
    agent: plan.agent,
    ...ask,
    id: lock.id,
    fence: lock.fence,
    asked,
    at,
    end,
  });
  say({ acquired: lock.id });
  if (plan.once) return;
  if (Math.random() < plan.dieOften) process.kill(process.pid, 'SIGKILL');
  // A holder stops in time, as a lease asks it to.
  const left = Date.parse(lock.safe_until) - Date.now();
  await sleep(Math.max(0, Math.min(Math.random() * plan.holdMs, left - 50)));
  note({ what: 'released', agent: plan.agent, id: lock.id, at: clock() });
  const answer = await session.bus.publish(session.request('unlock', { ids: [lock.id] }), {
    deferrable: false,
    helpable: true,
  });
  if ('refused' in answer && answer.refused.code !== 'no-lock') say({ odd: answer.refused });
}
