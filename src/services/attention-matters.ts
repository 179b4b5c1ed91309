import type { Bus } from '../bus/bus.ts';
import type { View } from '../bus/view.ts';
import { kickoffsIn, objectionTo } from '../records/kickoff.ts';
import { HUMAN } from '../records/names.ts';
import { concerns, type Order } from '../records/order.ts';
import { orderBoard } from '../records/order-board.ts';
import { isHere } from '../records/roster.ts';
import type { WaitsOn } from '../records/waiting.ts';
import { shortId } from './finding.ts';
import type { AgentHealth } from './watchdog.ts';

/** Something that a person should look at, and the command that settles it. */
export interface Matter {
  readonly kind:
    | 'ring'
    | 'question'
    | 'lost'
    | 'budget'
    | 'silent'
    | 'stuck'
    | 'violations'
    | 'order'
    | 'integration'
    | 'kickoff'
    | 'records';
  /** 0 is the most urgent. */
  readonly urgency: number;
  /** Since when, RFC 3339; null where that is not known. */
  readonly since: string | null;
  readonly what: string;
  readonly command: string;
}

/** Agents among themselves have so long for an answer before a person is told, in milliseconds. */
const ANSWER_MS = 15 * 60_000;
/** An order should be heard within so long. */
const HEAR_MS = 10 * 60_000;
/** So many refusals of one rule to one agent, of the latest, are no accident. */
const REPEATED = 3;

/** Agents that wait for one another: nobody but a person ends that. */
export function ringMatter(ring: readonly string[], waiting: readonly WaitsOn[]): Matter {
  const inside = waiting.filter(({ agent, on }) => ring.includes(agent) && ring.includes(on));
  const lock = inside.find(({ kind }) => kind === 'lock');
  const question = inside.find(({ kind }) => kind === 'question');
  const command =
    lock !== undefined
      ? `comm-node unlock ${shortId(lock.id)} --force --agent human`
      : question !== undefined
        ? `comm-node answer ${shortId(question.id)} TEXT --agent human`
        : `comm-node reopen ${inside[0]?.id ?? 'TASK'} --agent human`;
  const told = inside.map(({ agent, on, kind, what }) => `${agent} on ${on} (${kind}: ${what})`);
  const what = `${ring.join(', ')} wait for one another: ${told.slice(0, 4).join('; ')}`;
  return { kind: 'ring', urgency: 0, since: null, what, command };
}

/** Those to the human at once, those that block somebody next, the rest when they are old. */
export function questionMatters({ fold }: Pick<View, 'fold'>, now: number): Matter[] {
  const kickoffs = kickoffsIn(fold.live);
  return [...fold.questions.values()].flatMap((question): Matter[] => {
    const { id, from, to, blocks, summary, created, expires } = question;
    if (expires !== undefined && Date.parse(expires) < now) return [];
    // Told with its kickoff, while it stands.
    if (kickoffs.some((kickoff) => objectionTo(kickoff, question) !== undefined)) return [];
    const isHuman = to.includes(HUMAN);
    if (!isHuman && now - Date.parse(created) < ANSWER_MS) return [];
    const who = isHuman ? 'you' : to.join(', ');
    return [
      {
        kind: 'question',
        urgency: (isHuman ? 1 : 3) + (blocks ? 0 : 1),
        since: created,
        what: `${from} asks ${who}${blocks ? ', and cannot go on' : ''}: ${summary}`,
        command: `comm-node answer ${shortId(id)} TEXT --agent human`,
      },
    ];
  });
}

/** Agents that were declared lost and have not been heard since; their tasks wait for somebody. */
export function lossMatters({ fold }: View, agents: readonly AgentHealth[]): Matter[] {
  const last = new Map<string, Order>();
  for (const order of orderBoard(fold).orders) {
    if (order.kind === 'lost') for (const agent of order.to) last.set(agent, order);
  }
  return [...last].flatMap(([agent, { created, tasks, heard }]): Matter[] => {
    const open = tasks.filter((id) => {
      const task = fold.tasks.get(id);
      return task !== undefined && task.status !== 'done' && task.claimed_by === undefined;
    });
    const health = agents.find((one) => one.agent === agent);
    const isBack = health?.health === 'working' || health?.health === 'stuck';
    if (health === undefined || (isBack && open.length === 0)) return [];
    const [task] = open;
    const waits = task === undefined ? '' : `; nobody has taken ${open.join(', ')} yet`;
    return [
      {
        kind: 'lost',
        urgency: 2,
        since: created,
        what: `${agent} is ${isBack ? 'back' : 'lost'} (last heard ${heard ?? created})${waits}`,
        command:
          task === undefined
            ? `start ${agent} again`
            : `comm-node reassign ${task} AGENT --agent human`,
      },
    ];
  });
}

/** Requests for tokens that the rules left to the human. */
export async function budgetMatters(view: View): Promise<Matter[]> {
  const ledger = await view.ledger();
  return ledger.pending().map(({ id, agent, task, amount, why, created }) => ({
    kind: 'budget',
    urgency: 3,
    since: created,
    what: `${agent} asks for ${amount} tokens for ${task}${why === undefined ? '' : `: ${why}`}`,
    command: `comm-node budget approve ${shortId(id)} --agent human`,
  }));
}

/** Agents that are silent while they hold something, and those that get nowhere. */
export function healthMatters(agents: readonly AgentHealth[]): Matter[] {
  return agents.flatMap(
    ({ agent, health, silent_seconds: silent, idle_seconds: idle }): Matter[] => {
      if (health === 'lost') {
        const what = `${agent} is silent, and holds what others may need`;
        return [
          { kind: 'silent', urgency: 1, since: null, what, command: 'comm-node watchdog --once' },
        ];
      }
      if (health === 'suspect') {
        const what = `${agent} has been silent for ${silent ?? 0} seconds`;
        return [
          { kind: 'silent', urgency: 4, since: null, what, command: 'comm-node watchdog --once' },
        ];
      }
      if (health !== 'stuck') return [];
      const what = `${agent} is at work, and has published nothing for ${Math.round((idle ?? 0) / 60)} minutes`;
      const command = `comm-node ask ${agent} "How far are you?" --agent human`;
      return [{ kind: 'stuck', urgency: 4, since: null, what, command }];
    },
  );
}

/** Rules that one agent runs into again and again. */
export function violationMatters({ fold }: View): Matter[] {
  const groups = new Map<string, { count: number; last: (typeof fold.violations)[number] }>();
  for (const violation of fold.violations) {
    const key = `${violation.agent} ${violation.rule}`;
    groups.set(key, { count: (groups.get(key)?.count ?? 0) + 1, last: violation });
  }
  return [...groups.values()].flatMap(
    ({ count, last: { agent, rule, created, paths, owner } }): Matter[] => {
      if (count < REPEATED) return [];
      const where = paths[0] === undefined ? '' : `, lately ${paths[0]}`;
      const whose = owner === undefined ? '' : ` (${owner})`;
      return [
        {
          kind: 'violations',
          urgency: 5,
          since: created,
          what: `${agent} ran into the rule ${rule} ${count} times${where}${whose}`,
          command: `comm-node send ${agent} "…" --agent human, or comm-node pause ${agent} --agent human`,
        },
      ];
    },
  );
}

/** The last order, if somebody has not heard of it for long. */
export function orderMatters({ fold }: View, now: number): Matter[] {
  const { orders, acks } = orderBoard(fold);
  const last = orders.at(-1);
  if (last === undefined || now - Date.parse(last.created) < HEAR_MS) return [];
  const heard = new Set(acks.filter(({ order }) => order === last.id).map(({ agent }) => agent));
  const open = [...fold.agents.values()]
    .filter((agent) => isHere(agent) && concerns(last, agent))
    .map(({ name }) => name)
    .filter((name) => !heard.has(name));
  if (open.length === 0) return [];
  const what = `the order to ${last.kind} has not been heard by ${open.join(', ')}`;
  return [{ kind: 'order', urgency: 4, since: last.created, what, command: 'comm-node orders' }];
}

/** Records that cannot be read, and requests that were refused too late. */
export async function recordMatters(bus: Bus, { fold }: View): Promise<Matter[]> {
  const refused = await bus.refused();
  const matters: Matter[] = [];
  if (fold.malformed.length > 0) {
    const what = `${fold.malformed.length} records cannot be read`;
    matters.push({ kind: 'records', urgency: 5, since: null, what, command: 'comm-node doctor' });
  }
  if (refused.length > 0) {
    const what = `${refused.length} requests of this machine were refused after their maker had gone`;
    matters.push({ kind: 'records', urgency: 5, since: null, what, command: 'comm-node status' });
  }
  return matters;
}
