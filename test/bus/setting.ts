import { join } from 'node:path';
import { parseAddress } from '../../src/bus/address.ts';
import { Bus, type Outcome } from '../../src/bus/bus.ts';
import { createCoordination } from '../../src/bus/create.ts';
import type { Patience } from '../../src/bus/hub.ts';
import { createIds } from '../../src/records/ids.ts';
import { formatTime } from '../../src/records/time.ts';
import type { Sandbox } from '../support/sandbox.ts';

/** A bus in this process, with an adjustable clock. */
export interface Desk {
  readonly bus: Bus;
  readonly notices: string[];
  /** Moves this desk's clock, in milliseconds. */
  skew: number;
  ask(agent: string, kind: string, payload: object, key?: string): Promise<Outcome>;
  send(agent: string, to: string, body: string, extra?: object): Promise<Outcome>;
}

/**
 * Puts the sandbox's environment into this process: the code under test starts
 * Git here. Returns what undoes it.
 */
export function enter(sandbox: Sandbox, extra: Readonly<Record<string, string>> = {}): () => void {
  const before = { ...process.env };
  Object.assign(process.env, sandbox.env, extra);
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  };
}

/** Opens `url` as the machine whose comm-node folder is `home`. */
export async function openDesk(url: string, home: string, patience?: Patience): Promise<Desk> {
  const notices: string[] = [];
  const desk = { skew: 0 };
  const now = () => Date.now() + desk.skew;
  const ids = createIds(now);
  const bus = await Bus.open(parseAddress(url, '/'), home, {
    now,
    ids,
    progress: () => undefined,
    notice: (text) => notices.push(text),
    ...(patience ? { patience } : {}),
  });
  const ask: Desk['ask'] = (agent, kind, payload, key) =>
    bus.publish(
      {
        id: ids(),
        kind,
        agent,
        at: formatTime(now()),
        payload: payload as Record<string, unknown>,
        ...(key === undefined ? {} : { key }),
      },
      { deferrable: kind === 'send' },
    );
  return Object.assign(desk, {
    bus,
    notices,
    ask,
    send: (agent: string, to: string, body: string, extra: object = {}) =>
      ask(agent, 'send', { ...plain, to: [to], body, ...extra }),
  });
}

const plain = {
  type: 'announcement',
  cc: [],
  priority: 'medium',
  artifacts: [],
  blocks_progress: false,
  ack_required: false,
};

/** A coordination repository with these agents, each of a domain of its own name. */
export async function foundProject(
  sandbox: Sandbox,
  agents: readonly string[],
  name = 'coordination.git',
): Promise<string> {
  const path = join(sandbox.root, name);
  await createCoordination(parseAddress(path, '/'));
  const desk = await openDesk(path, join(sandbox.root, 'founder'));
  await desk.ask('human', 'init', { project: 'shop' });
  for (const agent of agents) await desk.ask(agent, 'join', { domain: agent, repo: agent });
  desk.bus.close();
  return path;
}
