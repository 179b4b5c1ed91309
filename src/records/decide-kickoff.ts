import * as v from 'valibot';
import { defined } from './fields.ts';
import { awaited, isExpected, type Kickoff, kickoffOf, objectionText } from './kickoff.ts';
import { formatKickoff } from './kickoff-file.ts';
import {
  hasStarted,
  kickoffExists,
  nameIn,
  onlyHuman,
  stillWaiting,
  unknownKickoff,
} from './kickoff-refusals.ts';
import { type Letter, letterOf } from './letter.ts';
import { formatMessage } from './message-file.ts';
import { ALL, HUMAN, nearest } from './names.ts';
import { kickoffPath, messagePath, planPath } from './paths.ts';
import { planOf } from './plan.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { agentsOf, isHere, projectRefusal, senderRefusal } from './roster.ts';
import { addressesField, checkPayload, flagField, lineField, planField } from './schema.ts';
import type { State } from './state.ts';
import { oneLine } from './visible.ts';

const PAYLOAD = v.variant('do', [
  v.object({
    do: v.literal('open'),
    name: planField,
    expect: v.pipe(addressesField, v.minLength(1, 'at least one name, for example [backend]')),
    goal: v.optional(v.string('text'), ''),
  }),
  v.object({ do: v.literal('accept'), name: planField }),
  v.object({ do: v.literal('object'), name: planField, why: lineField }),
  v.object({ do: v.literal('start'), name: planField, force: v.optional(flagField, false) }),
]);
type Payload = v.InferOutput<typeof PAYLOAD>;

/** What a decision about a kickoff is made on. */
interface Case {
  readonly state: State;
  readonly request: Request;
  readonly kickoff: Kickoff;
}

/**
 * Opens a kickoff, answers it, or starts. Payload {do: open, name, expect, goal?}, {do: accept,
 * name}, {do: object, name, why} or {do: start, name, force?}. The last acceptance publishes START
 * in the same commit, once. Refused: `unknown-plan`, `kickoff-exists`, `unknown-kickoff`,
 * `kickoff-started`, `kickoff-waiting`, `only-human`. Result {kickoff, awaited, started}.
 */
export function decideKickoff(state: State, request: Request): Decision {
  const checked = checkPayload(PAYLOAD, 'kickoff', request.payload);
  if ('refused' in checked) return checked;
  const { payload } = checked;
  const refused = projectRefusal(state) ?? senderRefusal(state, request.agent);
  if (refused !== undefined) return { refused };
  if (payload.do === 'open') return open(state, request, payload);
  const record = state.live.get(kickoffPath(payload.name));
  const kickoff = record && kickoffOf(record);
  if (kickoff === undefined) return { refused: unknownKickoff(state, payload.name) };
  const about: Case = { state, request, kickoff };
  if (payload.do === 'accept') return accept(about);
  return payload.do === 'object' ? object(about, payload.why) : start(about, payload.force);
}

function open(state: State, request: Request, payload: Payload & { do: 'open' }): Decision {
  const { name, goal } = payload;
  const expect = [...new Set(payload.expect)];
  const plan = planRecord(state, name);
  if ('refused' in plan) return plan;
  const record = state.live.get(kickoffPath(name));
  const known = record && kickoffOf(record);
  if (known !== undefined) {
    if (known.expect.join() === expect.join()) return { unneeded: resultOf(state, known) };
    return { refused: kickoffExists(known) };
  }
  const kickoff = defined<Kickoff>({
    name,
    opened_by: request.agent,
    opened: request.at,
    expect,
    plan_version: plan.version,
    accepted: [],
    objected: [],
    late: [],
    extra: {},
    body: goal.trim() || plan.goal || '',
  } as Kickoff);
  const about = oneLine(kickoff.body, 160);
  return changed({ state, request, kickoff }, kickoff, {
    subject: `kickoff: ${request.agent} opens ${name} for ${expect.join(', ')}`,
    letter: {
      type: 'announcement',
      to: expect.filter((one) => isReachable(state, one) && one !== request.agent),
      body: `Kickoff of ${name}${about === '' ? '' : `: ${about.replace(/[.!?]+$/, '')}`}. Read comm-node kickoff status ${name}, then accept or object.`,
      ack: false,
    },
  });
}

function accept(about: Case): Decision {
  const { state, request, kickoff } = about;
  const { agent } = request;
  if (kickoff.accepted.includes(agent)) return { unneeded: resultOf(state, kickoff) };
  const known = state.agents.get(agent);
  const isLate = kickoff.started !== undefined || !known || !isExpected(kickoff, known);
  const next: Kickoff = {
    ...kickoff,
    accepted: [...kickoff.accepted, agent].sort(),
    objected: kickoff.objected.filter((one) => one !== agent),
    late: isLate ? [...kickoff.late, agent].sort() : kickoff.late,
  };
  if (isLate) {
    const subject = `kickoff: ${agent} joins ${kickoff.name} late`;
    const body = `${agent} joins ${kickoff.name}.`;
    const letter: Letter = { type: 'announcement', to: [HUMAN], body, ack: false };
    return changed(about, next, { subject, letter });
  }
  const subject = `kickoff: ${agent} accepts ${kickoff.name}`;
  const isLast = awaited(next, state.agents).length === 0 && next.objected.length === 0;
  if (!isLast) return changed(about, next, { subject });
  return changed(about, begun(next, request), {
    subject: `${subject}: START`,
    letter: startLetter(next, 'everyone has accepted'),
  });
}

function object(about: Case, why: string): Decision {
  const { request, kickoff } = about;
  const { agent } = request;
  if (kickoff.started !== undefined) return { refused: hasStarted(kickoff) };
  const next: Kickoff = {
    ...kickoff,
    accepted: kickoff.accepted.filter((one) => one !== agent),
    objected: [...new Set([...kickoff.objected, agent])].sort(),
  };
  const to = [...new Set([HUMAN, kickoff.opened_by])].filter((one) => one !== agent);
  return changed(about, next, {
    subject: oneLine(`kickoff: ${agent} objects to ${kickoff.name}: ${why}`, 100),
    letter: {
      type: 'blocked',
      to: to.length > 0 ? to : [ALL],
      body: objectionText(agent, kickoff.name, why),
      ack: true,
    },
  });
}

function start(about: Case, force: boolean): Decision {
  const { state, request, kickoff } = about;
  if (kickoff.started !== undefined) return { unneeded: resultOf(state, kickoff) };
  const missing = [...awaited(kickoff, state.agents), ...kickoff.objected];
  if (missing.length > 0 && !force) return { refused: stillWaiting(state, kickoff) };
  if (missing.length > 0 && request.agent !== HUMAN) {
    return { refused: onlyHuman(kickoff, missing) };
  }
  const without = missing.length > 0 ? ` without ${[...new Set(missing)].join(', ')}` : '';
  const forced = missing.length > 0 ? { forced: true } : {};
  return changed(
    about,
    { ...begun(kickoff, request), ...forced },
    {
      subject: oneLine(`kickoff: ${request.agent} starts ${kickoff.name}${without}: START`, 100),
      letter: startLetter(
        kickoff,
        without === '' ? 'everyone has accepted' : `the human starts${without}`,
      ),
    },
  );
}

function begun(kickoff: Kickoff, { at, agent }: Request): Kickoff {
  return { ...kickoff, started: at, started_by: agent };
}

function startLetter({ name }: Kickoff, why: string): Letter {
  const body = `START ${name}: ${why}. Your work: comm-node next --claim.`;
  return { type: 'announcement', to: [ALL], body, ack: false };
}

function changed(
  { state, request }: Case,
  next: Kickoff,
  { subject, letter }: { readonly subject: string; readonly letter?: Letter },
): Decision {
  const files = new Map([[kickoffPath(next.name), formatKickoff(next)]]);
  const isTold = letter !== undefined && letter.to.length > 0;
  if (isTold) files.set(messagePath(request.id), formatMessage(letterOf(request, letter)));
  const result = { ...resultOf(state, next), message: isTold ? request.id : null };
  return { granted: { files, subject, record: next.name, result } };
}

function resultOf({ agents }: State, kickoff: Kickoff) {
  const { extra: _extra, body, ...facts } = kickoff;
  const waiting = awaited(kickoff, agents);
  return { kickoff: { ...facts, goal: body }, awaited: waiting, started: !!kickoff.started };
}

/** What is kept of the plan. A name that no plan has is refused, unless no plan is kept here at all. */
function planRecord(
  { live }: State,
  name: string,
): { version: number | undefined; goal: string | undefined } | { refused: Refusal } {
  const record = live.get(planPath(name));
  const plan = record && planOf(record);
  if (plan !== undefined) return { version: plan.version || undefined, goal: plan.goal };
  const plans = [...live.keys()].filter((path) => path.startsWith('plans/')).map(nameIn);
  if (plans.length === 0) return { version: undefined, goal: undefined };
  const [meant] = nearest(name, plans);
  const hint =
    meant === undefined ? `plans: ${plans.slice(0, 10).join(', ')}` : `did you mean ${meant}?`;
  return { refused: { code: 'unknown-plan', message: `there is no plan "${name}"`, hint } };
}

function isReachable(state: State, name: string): boolean {
  return name === HUMAN || isHere(state.agents.get(name)) || agentsOf(state, name).length > 0;
}
