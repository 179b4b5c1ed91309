import { join } from 'node:path';
import type { Bus } from '../bus/bus.ts';
import { findMessages } from '../bus/mailbox.ts';
import type { View } from '../bus/view.ts';
import { roomOf } from '../records/paths.ts';
import { formatDuration } from '../records/time.ts';
import { type Check, fail, pass, warn } from './check.ts';
import { shortId } from './finding.ts';

/** A request that waits longer than this has been forgotten. */
const OLD_MS = 600_000;

/** What stands in the coordination repository, and what waits to get there. */
export async function checkRecords(
  bus: Bus,
  view: View,
  agent: string | undefined,
  now: number,
): Promise<Check[]> {
  return [
    checkProject(bus, view),
    ...checkAgent(view, agent),
    ...checkMalformed(view),
    ...(await checkWaiting(bus, now)),
    ...(await checkRefused(bus)),
    ...(await checkClocks(bus, view, now)),
    ...(await checkHeartbeat(bus, agent, now)),
  ];
}

function checkProject(bus: Bus, { fold }: View): Check {
  const fault = fold.malformed.find(({ path }) => path === 'comm-node.toml');
  if (fault) return fail('project', fault.message, 'mend it in a clone, commit and push');
  return fold.settings
    ? pass('project', fold.settings.name)
    : fail('project', 'the repository has none yet', `comm-node init '${bus.hub.url}'`);
}

function checkAgent({ fold }: View, name: string | undefined): Check[] {
  if (name === undefined) return [];
  const agent = fold.agents.get(name);
  const again = `comm-node join URL --agent ${name} --domain ${agent?.domain ?? 'NAME'}`;
  if (!agent) return [fail('registration', `${name} is not on the roster`, again)];
  if (agent.left !== undefined)
    return [fail('registration', `${name} left at ${agent.left}`, again)];
  return [pass('registration', `${name}${agent.domain ? `, domain ${agent.domain}` : ''}`)];
}

function checkMalformed({ fold }: View): Check[] {
  const mend = 'mend or delete it in a clone, commit and push; until then it is passed over';
  const mendLock = 'mend or delete it in a clone; until then it counts as a lock on everything';
  const faults = fold.malformed.filter(({ path }) => path !== 'comm-node.toml');
  if (faults.length === 0) return [pass('records', 'all can be read')];
  return faults
    .slice(0, 20)
    .map(({ path, message }) =>
      roomOf(path) === 'locks'
        ? fail('records', message, mendLock)
        : warn('records', message, mend),
    );
}

async function checkWaiting(bus: Bus, now: number): Promise<Check[]> {
  const waiting = await bus.waiting();
  const [oldest] = waiting;
  if (!oldest) return [pass('outbox', 'nothing waits')];
  const age = now - Date.parse(oldest.request.at);
  const found = `${waiting.length} waiting, the oldest (${oldest.request.kind} of ${oldest.request.agent}) for ${formatDuration(age)}`;
  return [age < OLD_MS ? pass('outbox', found) : warn('outbox', found, 'comm-node sync')];
}

async function checkRefused(bus: Bus): Promise<Check[]> {
  return (await bus.refused()).map(({ entry: { request }, answer }) => {
    const why = 'refused' in answer ? answer.refused.message : 'it failed';
    const file = join(bus.hub.state, 'refused', `${request.id}.json`);
    const found = `the queued ${request.kind} ${shortId(request.id)} of ${request.agent} was refused: ${why}`;
    return warn('refused', found, `do it again if it still matters, then rm '${file}'`);
  });
}

/** Records and heartbeats from the future: somebody's clock is ahead. */
async function checkClocks(bus: Bus, view: View, now: number): Promise<Check[]> {
  const ahead = new Map<string, number>();
  const note = (agent: string, at: number) => {
    if (at - now > view.fold.clockSkewMs)
      ahead.set(agent, Math.max(ahead.get(agent) ?? 0, at - now));
  };
  await findMessages(view, [], ({ from, created }) => {
    note(from, Date.parse(created));
    return false;
  });
  for (const [agent, at] of await bus.heartbeats()) note(agent, at);
  if (ahead.size === 0) return [pass('clocks', 'no record is from the future')];
  return [...ahead].map(([agent, ms]) => {
    const machine = view.fold.agents.get(agent)?.machine ?? 'an unknown machine';
    const found = `${agent} (on ${machine}) is ${formatDuration(ms)} ahead of this machine`;
    return warn('clocks', found, 'set that clock, or this one, by NTP');
  });
}

async function checkHeartbeat(bus: Bus, agent: string | undefined, now: number): Promise<Check[]> {
  if (agent === undefined) return [];
  const at = (await bus.heartbeats()).get(agent);
  if (at === undefined) {
    return [warn('heartbeat', `${agent} was never heard`, 'comm-node sync, or comm-node watch')];
  }
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  return [pass('heartbeat', `${agent} was heard ${formatDuration(seconds * 1000)} ago`)];
}
