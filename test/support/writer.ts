// One writer of a storm: a process of its own that sends messages through the bus
// and prints a line for each one that was acknowledged.
// argv: JSON {url, home, agent, to, count?, seconds?, rounds?, warm?, startAt?, skew?}; with
// `rounds` each line of stdin is a count.
import { createInterface } from 'node:readline';
import { parseAddress } from '../../src/bus/address.ts';
import { Bus } from '../../src/bus/bus.ts';
import { createIds } from '../../src/records/ids.ts';
import { formatTime } from '../../src/records/time.ts';

const plan = JSON.parse(process.argv[2] ?? '{}') as {
  url: string;
  home: string;
  agent: string;
  to: string;
  /** Messages to send; or: */
  count?: number;
  /** send for so long. */
  seconds?: number;
  /** send what each line asks for. */
  rounds?: boolean;
  /** Sends one message before the start, so that what is measured is a program that runs. */
  warm?: boolean;
  /** Milliseconds since 1970: all writers begin together. */
  startAt?: number;
  /** Tells how far this machine's clock is off, in milliseconds. */
  skew?: number;
};
const now = () => Date.now() + (plan.skew ?? 0);
const ids = createIds(now);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const opened = Bus.open(parseAddress(plan.url, process.cwd()), plan.home, {
  now,
  ids,
  progress: () => undefined,
  notice: (text) => say({ notice: text }),
});
const publish = async (id: string, body: string) =>
  (await opened).publish(
    {
      id,
      kind: 'send',
      agent: plan.agent,
      at: formatTime(now()),
      payload: {
        type: 'announcement',
        to: [plan.to],
        cc: [],
        priority: 'medium',
        artifacts: [],
        blocks_progress: false,
        ack_required: false,
        body,
      },
    },
    { deferrable: true },
  );
void main();

async function main(): Promise<void> {
  await opened;
  if (plan.warm) await publish(ids(), 'Warming up.');
  say({ ready: plan.agent });
  const wait = (plan.startAt ?? 0) - Date.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  if (plan.rounds) {
    for await (const line of createInterface({ input: process.stdin }))
      await sendWhile((sent) => sent < Number(line));
  } else {
    const began = performance.now();
    await sendWhile((sent) =>
      plan.count !== undefined
        ? sent < plan.count
        : performance.now() - began < (plan.seconds ?? 1) * 1000,
    );
  }
  (await opened).close();
}

async function sendWhile(goOn: (sent: number) => boolean): Promise<void> {
  const began = performance.now();
  for (let sent = 0; goOn(sent); sent++) await sendOne(sent);
  say({ done: plan.agent, seconds: (performance.now() - began) / 1000 });
}

async function sendOne(sent: number): Promise<void> {
  const id = ids();
  const start = performance.now();
  try {
    const answer = await publish(
      id,
      `Message ${sent} of ${plan.agent}. The API contract is at version ${sent}.`,
    );
    const ms = performance.now() - start;
    if ('published' in answer) say({ acked: id, ms });
    else if ('queued' in answer) say({ queued: id, ms, reason: answer.queued.reason });
    else say({ refused: id, why: answer });
  } catch (error) {
    say({ failed: id, why: String(error), data: (error as { data?: unknown }).data });
  }
}
