// Fills a coordination repository as years of work would, by the code that publishes.
import { execFileSync } from 'node:child_process';
import { parseAddress } from '../src/bus/address.ts';
import { openHub } from '../src/bus/hub.ts';
import { InPlaceLander } from '../src/bus/land-in-place.ts';
import type { Answers, Tools } from '../src/bus/landing.ts';
import type { Entry } from '../src/bus/queue.ts';
import { ObjectReader } from '../src/git/reader.ts';
import { createIds } from '../src/records/ids.ts';
import type { Request } from '../src/records/request.ts';
import { formatTime } from '../src/records/time.ts';

const WORDS =
  'contract schema token route session cache build deploy review migration index lock budget artifact gateway client'.split(
    ' ',
  );
// A view is opened and the index saved once a batch.
const BATCH = 250;

/** What a request of the filling asks. */
export type Asked = Pick<Request, 'kind' | 'agent' | 'payload'>;

/**
 * Publishes requests one after the other, in batches, spread over a time that ends now.
 * @param ask the request of each number
 * @param spanMs the time they are spread over
 * @param batch how many land with one swap of the branch
 */
export async function fill(
  path: string,
  machine: string,
  count: number,
  ask: (i: number, id: string) => Asked,
  spanMs: number,
  batch = BATCH,
): Promise<void> {
  const hub = await openHub(parseAddress(path, '/'), machine);
  let now = Date.now() - spanMs;
  const step = count > 0 ? Math.floor(spanMs / count) : 0;
  const ids = createIds(() => now);
  const tools: Tools = {
    now: () => now,
    ids,
    reader: new ObjectReader(hub.gitDir),
    progress: () => undefined,
    notice: () => undefined,
  };
  const lander = new InPlaceLander(hub, tools, false);
  for (let at = 0; at < count; at += batch) {
    const entries: Entry[] = [];
    for (let i = at; i < Math.min(at + batch, count); i++) {
      now += step;
      const id = ids();
      const request = { id, at: formatTime(now), ...ask(i, id) };
      entries.push({ request, base: undefined, waiter: undefined, deferrable: true });
    }
    seeThatAllLanded(entries, await lander.land(entries));
    tools.reader.forget();
    if (at % 10_000 < batch && at > 0) console.error(`${path}: ${at}`);
  }
  tools.reader.close();
  execFileSync('git', ['-C', path, 'gc', '--quiet']);
}

function seeThatAllLanded(entries: readonly Entry[], answers: Answers): void {
  for (const { request } of entries) {
    const answer = answers.get(request.id);
    if (answer && ('published' in answer || 'unneeded' in answer)) continue;
    throw new Error(`${request.kind} of ${request.agent}: ${JSON.stringify(answer)}`);
  }
}

/** The message of a number, from one of the agents to another. */
export function messageOf(agents: readonly string[], i: number): Asked {
  const from = agents[i % agents.length] ?? '';
  const to = agents[(i * 7 + 3) % agents.length] ?? '';
  const word = (n: number) => WORDS[(i * 31 + n * 17) % WORDS.length];
  const payload = {
    type: i % 5 === 0 ? 'question' : 'announcement',
    to: [to],
    cc: [],
    priority: i % 50 === 0 ? 'high' : 'medium',
    artifacts: [],
    blocks_progress: false,
    ack_required: false,
    task: `bd-${i % 500}`,
    body: `The ${word(1)} ${word(2)} number ${i} is ready. It needs the ${word(3)} of ${to} next. See ${word(4)}-${i}.`,
  };
  return { kind: 'send', agent: from, payload };
}
