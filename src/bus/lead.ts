import { hashObject, type Oid } from '../git/objects.ts';
import { writePack } from '../git/pack.ts';
import type { ObjectReader } from '../git/reader.ts';
import { readRef, swapRef } from '../git/refs.ts';
import { FETCHED_LEAD, type Hub, LEAD, MAIN } from './hub.ts';

/** So often in a row one hub leads, then another: a leader's own requests need no outbox. */
const TERM = 5;

/**
 * Which hub is to move the branch next, as whoever moved it last has said. It is
 * said with the commit that it was said for: once the branch is elsewhere, nobody
 * leads. Only a courtesy among hubs; the swap of the branch alone decides.
 * @returns the hub's id
 */
export async function readLead(hub: Hub, reader: ObjectReader): Promise<string | undefined> {
  const [head, oid] = [await readRef(hub.gitDir, MAIN), await readRef(hub.gitDir, FETCHED_LEAD)];
  const blob = oid === undefined ? undefined : await reader.read(oid).catch(() => undefined);
  const [commit, id] = blob?.type === 'blob' ? blob.data.toString('utf8').trim().split(' ') : [];
  return commit !== undefined && commit === head ? id : undefined;
}

/** What is written of who leads once the branch is at `tip`. */
function leadText(tip: Oid, id: string): Buffer {
  return Buffer.from(`${tip} ${id}\n`);
}

/** Whether what the remote says of who leads is that this hub does; seen without fetching it. */
export function isLeadOf(id: string, tip: Oid | undefined, lead: Oid | undefined): boolean {
  return tip !== undefined && hashObject('blob', leadText(tip, id)) === lead;
}

/**
 * Says who leads once the branch is at `tip`.
 * @returns what is to be pushed
 */
export async function makeLead(hub: Hub, tip: Oid, id: string): Promise<Oid> {
  const data = leadText(tip, id);
  const oid = hashObject('blob', data);
  await writePack(hub.gitDir, new Map([[oid, { type: 'blob', data }]]), { durable: false });
  return oid;
}

/** The refspec that pushes it, whatever the remote holds; or only on condition, with a lease. */
export function leadSpec(oid: Oid, isForced: boolean): string {
  return `${isForced ? '+' : ''}${oid}:${LEAD}`;
}

/** What the remote holds of it, as far as is known here. */
export function knownLead(hub: Hub): Promise<Oid | undefined> {
  return readRef(hub.gitDir, FETCHED_LEAD);
}

/** It is there: this hub need not fetch to know. */
export async function noteLead(hub: Hub, oid: Oid): Promise<void> {
  const known = await knownLead(hub);
  const options = { durable: false, stateDir: hub.state };
  await swapRef(hub.gitDir, FETCHED_LEAD, known, oid, options).catch(() => undefined);
}

/**
 * Who leads next: this hub, until its term is over; then the one after it, in the
 * order of their ids, of those whose requests it takes along.
 * @param led how often in a row this hub has led
 */
export function nextLead(own: string, led: number, others: Iterable<string>): string {
  const line = [...new Set(others)].filter((id) => id !== own).sort();
  if (led + 1 < TERM || line.length === 0) return own;
  return line.find((id) => id > own) ?? line[0] ?? own;
}
