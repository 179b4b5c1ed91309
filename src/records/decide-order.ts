import * as v from 'valibot';
import type { Agent } from './agent.ts';
import { MAX_FRONTMATTER, MAX_RECORD, textFault, withLineFeeds } from './codec.ts';
import type { Message } from './message.ts';
import { formatMessage } from './message-file.ts';
import { ALL, HUMAN } from './names.ts';
import { type HaltKind, haltKinds, type Order } from './order.ts';
import { concernedBy, haltOf, nextOrder, type OrderBoard, orderBoard } from './order-board.ts';
import { formatOrder } from './order-file.ts';
import { messagePath, orderPath } from './paths.ts';
import type { Decision, Refusal, Request } from './request.ts';
import { projectRefusal, recipientRefusal } from './roster.ts';
import { addressesField, checkPayload, wordField } from './schema.ts';
import type { State } from './state.ts';
import { estimateTokens } from './tokens.ts';
import { oneLine } from './visible.ts';

const PAYLOAD = v.object({
  kind: wordField(haltKinds),
  to: addressesField,
  why: v.optional(v.string('text, for example "The database is being moved"'), ''),
});
type Payload = v.InferOutput<typeof PAYLOAD>;

/**
 * Pauses, stops or resumes agents. Payload {kind, to, why?}. Only the human may; whom it concerns
 * is told by a message in the same commit. Unneeded if all of them stand so already. Refused:
 * `only-human`, `no-recipient`, `unknown-recipient`, `recipient-left`, `not-the-human`,
 * `nothing-to-resume`, `bad-text`. Result {order, concerned: the names of agents}.
 */
export function decideOrder(state: State, request: Request): Decision {
  const checked = checkPayload(PAYLOAD, 'order', request.payload);
  if ('refused' in checked) return checked;
  const { kind, to, why } = checked.payload;
  const payload = { kind, to: [...new Set(to)], why: withLineFeeds(why).trim() };
  const refused =
    projectRefusal(state) ??
    humanRefusal(request.agent, `${kind} agents`) ??
    addresseesRefusal(state, payload.to) ??
    textRefusal(payload.why);
  if (refused !== undefined) return { refused };
  const board = orderBoard(state);
  const agents = concernedBy(state, payload.to);
  const standing = agents.map((agent) => haltOf(board, agent));
  if (kind === 'resume' && !isAnyHalted(board, payload, standing)) {
    return { refused: nothingToResume(payload.to) };
  }
  const same = kind === 'resume' ? undefined : sameOrder(board, agents, payload);
  if (same !== undefined) return { unneeded: { order: same, repeated: true } };
  const order = orderFrom(board, request, { ...payload, body: payload.why });
  return {
    granted: {
      files: new Map([
        [orderPath(order.id), formatOrder(order)],
        [messagePath(order.id), formatMessage(messageOf(order, haltText(kind, payload.why)))],
      ]),
      subject: oneLine(
        `${kind}: ${request.agent} ${VERB[kind]} ${payload.to.join(', ')}${tail(payload.why)}`,
        MAX_SUBJECT,
      ),
      record: order.id,
      result: { order, concerned: agents.map(({ name }) => name) },
    },
  };
}

const MAX_SUBJECT = 120;
const VERB = { pause: 'pauses', stop: 'stops', resume: 'resumes' } as const;

function tail(why: string): string {
  return why === '' ? '' : `: ${why.split('\n', 1)[0]}`;
}

/** That only the person in charge may do this, or undefined (code `only-human`). */
export function humanRefusal(agent: string, what: string): Refusal | undefined {
  if (agent === HUMAN) return undefined;
  return {
    code: 'only-human',
    message: `only ${HUMAN} may ${what}, and you are ${agent}`,
    hint: `a person adds --agent ${HUMAN}; an agent asks: comm-node ask ${HUMAN} "…"`,
    data: { agent },
  };
}

function addresseesRefusal(state: State, to: readonly string[]): Refusal | undefined {
  if (to.length === 0) {
    const hint = 'name agents or domains, or all';
    return { code: 'no-recipient', message: 'the order is for nobody', hint };
  }
  if (to.includes(HUMAN)) {
    const message = `nobody gives orders to ${HUMAN}`;
    return { code: 'not-the-human', message, hint: 'name agents or domains, or all' };
  }
  for (const name of to) {
    const refusal = recipientRefusal(state, name);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Why a text cannot be the words of a record, or undefined (code `bad-text`). */
export function textRefusal(text: string): Refusal | undefined {
  const fits = Buffer.byteLength(text) <= MAX_RECORD - MAX_FRONTMATTER;
  const fault = textFault(text) ?? (fits ? undefined : 'it is too long');
  if (fault === undefined) return undefined;
  return { code: 'bad-text', message: `the reason cannot be kept: ${fault}`, hint: '--why "TEXT"' };
}

/** Somebody may have been stopped who has not joined yet: an order to the same names counts as well. */
function isAnyHalted(
  board: OrderBoard,
  { to }: Payload,
  standing: readonly ReturnType<typeof haltOf>[],
): boolean {
  if (standing.some((halt) => halt !== undefined && 'order' in halt)) return true;
  const last = board.orders.findLast(
    (order) => order.kind in VERB && (to.includes(ALL) || order.to.join() === to.join()),
  );
  return last !== undefined && last.kind !== 'resume';
}

function nothingToResume(to: readonly string[]): Refusal {
  return {
    code: 'nothing-to-resume',
    message: `${to.join(', ')}: neither paused nor stopped`,
    hint: 'comm-node orders shows what is in force',
    data: { to },
  };
}

/** The order that says all of it already: to the same names, and the last one for each agent. */
function sameOrder(board: OrderBoard, agents: readonly Agent[], payload: Payload) {
  const isSame = ({ kind, to, body }: Order) =>
    kind === payload.kind && to.join() === payload.to.join() && body === payload.why;
  const last = board.orders.findLast(({ kind }) => kind in VERB);
  if (last === undefined || !isSame(last)) return undefined;
  const stands = agents.every((agent) => {
    const halt = haltOf(board, agent);
    return halt !== undefined && 'order' in halt && halt.order.id === last.id;
  });
  return stands ? last : undefined;
}

/** A new order of who asks. */
export function orderFrom(
  board: OrderBoard,
  { id, agent, at }: Request,
  fields: Pick<Order, 'kind' | 'to' | 'body'> & Partial<Order>,
): Order {
  const { kind, to, body, tasks = [], locks = [], artifact, commit, heard } = fields;
  return {
    id: fields.id ?? id,
    kind,
    by: agent,
    to,
    number: fields.number ?? nextOrder(board),
    tasks,
    locks,
    ...(artifact === undefined ? {} : { artifact }),
    ...(commit === undefined ? {} : { commit }),
    ...(heard === undefined ? {} : { heard }),
    created: at,
    extra: {},
    body,
  };
}

/** What those concerned find in their inbox. */
export function messageOf(order: Order, body: string, id: string = order.id): Message {
  const [task] = order.tasks;
  return {
    id,
    type: 'order',
    tier: 'coordination',
    from: order.by,
    to: order.to,
    cc: [],
    ...(task !== undefined && order.tasks.length === 1 ? { task } : {}),
    thread: id,
    priority: 'high',
    artifacts: order.artifact === undefined ? [] : [order.artifact],
    blocks_progress: false,
    ack_required: false,
    tokens: estimateTokens(body),
    created: order.created,
    body,
  };
}

const WORDS: Readonly<Record<HaltKind, string>> = {
  pause:
    'Pause: change no files, commit and push nothing until I resume you. Go on reading and answering mail.',
  stop: 'Stop: change no files, commit and push nothing, take nothing new, and end your session. Answer what you are asked.',
  resume: 'Go on: you may work again.',
};

function haltText(kind: HaltKind, why: string): string {
  return why === '' ? WORDS[kind] : `${WORDS[kind]}\n\n${why}`;
}

/** That an agent takes nothing new while it is paused or stopped (code `paused`), or undefined. */
export function haltRefusal(state: State, name: string): Refusal | undefined {
  const agent = state.agents.get(name);
  const halt = agent && haltOf(orderBoard(state), agent);
  if (halt === undefined) return undefined;
  if ('unreadable' in halt) {
    const { path, message } = halt.unreadable;
    return {
      code: 'paused',
      message: `an order that cannot be read may stop everybody: ${message}`,
      hint: `mend or delete ${path} in a clone of the coordination repository, commit and push`,
      data: { path },
    };
  }
  const { id, kind, by, body } = halt.order;
  return {
    code: 'paused',
    message: `${by} has ${kind === 'stop' ? 'stopped' : 'paused'} ${name}${tail(body)}`,
    hint: `comm-node ask ${by} "May I go on?"`,
    data: { order: id, kind, by, why: body },
  };
}
