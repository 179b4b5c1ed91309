// A coordination repository at size, made by the code that publishes messages, archived as they came.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAddress } from '../src/bus/address.ts';
import { openHub } from '../src/bus/hub.ts';
import { InPlaceLander } from '../src/bus/land-in-place.ts';
import type { Tools } from '../src/bus/landing.ts';
import type { Entry } from '../src/bus/queue.ts';
import { ObjectReader } from '../src/git/reader.ts';
import { createIds } from '../src/records/ids.ts';
import { formatTime } from '../src/records/time.ts';
import { foundProject } from '../test/bus/setting.ts';
import type { Sandbox } from '../test/support/sandbox.ts';

export const AGENTS = Array.from({ length: 10 }, (_, i) => `agent-${i + 1}`);
const WORDS =
  'contract schema token route session cache build deploy review migration index lock budget artifact gateway client'.split(
    ' ',
  );

/** Makes it below the root of a sandbox. @returns its path */
export async function makeLargeHub(
  sandbox: Sandbox,
  messages: number,
  name: string,
): Promise<string> {
  const path = await foundProject(sandbox, AGENTS, `${name}.git`);
  const hub = await openHub(parseAddress(path, '/'), join(sandbox.root, 'machine'));
  // Sixty days of talk that end now.
  let now = Date.now() - (messages > 1000 ? 60 * 86_400_000 : 60_000);
  const step = messages > 0 ? Math.floor((Date.now() - now) / messages) : 0;
  const ids = createIds(() => now);
  const tools: Tools = {
    now: () => now,
    ids,
    reader: new ObjectReader(hub.gitDir),
    progress: () => undefined,
    notice: () => undefined,
  };
  const lander = new InPlaceLander(hub, tools, false);
  for (let at = 0; at < messages; at += 250) {
    const entries: Entry[] = [];
    for (let i = at; i < Math.min(at + 250, messages); i++) {
      now += step;
      entries.push(entryOf(ids(), i, now));
    }
    await lander.land(entries);
    tools.reader.forget();
    if (at % 10_000 === 0 && at > 0) console.error(`${name}: ${at}`);
  }
  tools.reader.close();
  execFileSync('git', ['-C', path, 'gc', '--quiet'], { env: sandbox.env });
  return path;
}

function entryOf(id: string, i: number, now: number): Entry {
  const from = AGENTS[i % AGENTS.length] ?? '';
  const to = AGENTS[(i * 7 + 3) % AGENTS.length] ?? '';
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
  const request = { id, kind: 'send', agent: from, at: formatTime(now), payload };
  return { request, base: undefined, waiter: undefined, deferrable: true };
}
