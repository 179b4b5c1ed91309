import type { Oid } from '../git/objects.ts';
import { readRef } from '../git/refs.ts';
import { pushRefs } from '../git/transport.ts';
import { heartbeatSpecs } from './heartbeat.ts';
import { fetchAll, type Hub, MAIN, PATIENCE } from './hub.ts';
import type { Tools } from './landing.ts';
import { readDeposits, spentDeposits } from './outbox.ts';
import { flush, waitToLead } from './publish.ts';
import { Queue } from './queue.ts';
import { markSeen } from './seen.ts';
import { markUnsure } from './unsure.ts';

/** What one exchange with the remote did. */
export interface Received {
  readonly before: Oid | undefined;
  readonly after: Oid | undefined;
  /** Requests that left this machine, and those that had to stay. */
  readonly sent: number;
  readonly kept: number;
  /** Why the remote could not be reached, if so. */
  readonly offline: string | undefined;
}

/** Fetches what others published and sends what waits here. */
export async function receive(hub: Hub, tools: Tools): Promise<Received> {
  const before = await readRef(hub.gitDir, MAIN);
  const offline = hub.lane === 'push' ? await exchange(hub, tools) : undefined;
  const { sent, kept } = offline === undefined ? await flush(hub, tools) : await stay(hub, tools);
  return { before, after: await readRef(hub.gitDir, MAIN), sent, kept, offline };
}

async function stay(hub: Hub, tools: Tools): Promise<{ sent: number; kept: number }> {
  return { sent: 0, kept: (await new Queue(hub.state).list(tools.now())).length };
}

/** Fetches, and lets others hear this machine's agents. Only one process of a hub may fetch at a time. */
async function exchange(hub: Hub, tools: Tools): Promise<string | undefined> {
  const held = await waitToLead(hub, tools);
  try {
    const fetched = await fetchAll(hub.gitDir, hub.url, tools.patience);
    if (!fetched.ok) return fetched.message;
    await markSeen(hub);
    const specs = await heartbeatSpecs(hub);
    const waiting = await new Queue(hub.state).list(tools.now());
    const ids = new Set(waiting.map(({ request }) => request.id));
    const deposits = await readDeposits(hub, tools.reader);
    specs.push(...spentDeposits(hub, deposits, ids, new Set(), tools.now()));
    if (specs.length > 0) {
      const { pushMs } = tools.patience ?? PATIENCE;
      await pushRefs(hub.gitDir, hub.url, specs, { timeoutMs: pushMs });
    }
    return undefined;
  } finally {
    // Nothing was published here, so that a leader who died before is still to be reckoned with.
    if (held.takenOver) await markUnsure(hub);
    await held.release();
  }
}
