// A week of ten agents: what each asks for, in order. Tasks are claimed, locked, talked about, read
// about and done, by ten agents side by side.
import { type Asked, messageOf } from './_large-repository.ts';

export const AGENTS: readonly string[] = Array.from({ length: 10 }, (_, i) => `agent-${i + 1}`);
/** Of each task. */
const MESSAGES = 10;
/** As an agent reads them. */
const TOKENS = 30;
/** Longer than a batch of the filling, which is decided at its end. */
const TTL_MS = 8 * 3_600_000;

/** A request, once it has an id. */
export type Step = (id: string) => Asked;

/** What an agent has to attend to. */
interface Desk {
  /** Messages it has not read: their ids, and the tasks they are about. */
  unread: { readonly id: string; readonly task: string }[];
  /** Questions it has not answered. */
  readonly asked: { readonly id: string; readonly from: string }[];
}

/** The steps of a week of so many tasks; the last ten are not done yet. */
export class Week {
  readonly steps: Step[] = [];
  readonly #desks = new Map<string, Desk>(AGENTS.map((name) => [name, { unread: [], asked: [] }]));
  #sent = 0;

  constructor(tasks: number) {
    this.steps.push(() => ({ kind: 'plan', agent: 'human', payload: { document: plan(tasks) } }));
    for (let first = 0; first < tasks; first += AGENTS.length) {
      const numbers = AGENTS.map((_, at) => first + at).filter((number) => number < tasks);
      this.#round(numbers, first + AGENTS.length >= tasks);
    }
  }

  /** One task of each agent, with two locks and a half: that of the claim, one of its own, and every other time a second. */
  #round(numbers: readonly number[], isLast: boolean): void {
    const each = (step: (agent: string, number: number, id: string) => Asked) => {
      for (const number of numbers) this.steps.push((id) => step(agentOf(number), number, id));
    };
    each((agent, number) => asks(agent, 'claim', { task: taskOf(number), ttl_ms: TTL_MS }));
    each((agent, number) => lock(agent, number, 'test'));
    for (let message = 0; message < MESSAGES; message++) {
      each((agent, number, id) => this.#talk(agent, taskOf(number), id));
      if (message % 5 === 4) each((agent) => this.#read(agent));
    }
    each((agent, number) => asks(agent, 'unlock', { repo: agent, paths: [`test/${number}/**`] }));
    each((agent, number) => (number % 20 < 10 ? lock(agent, number, 'docs') : this.#read(agent)));
    if (!isLast) {
      each((agent, number) => asks(agent, 'done', { task: taskOf(number), contract: [] }));
    }
  }

  /** Every seventh message asks; who was asked answers with its next, but for one in twenty. */
  #talk(agent: string, task: string, id: string): Asked {
    const i = this.#sent++;
    const desk = this.#desks.get(agent);
    const question = desk?.asked.shift();
    const isAnswer = question !== undefined && i % 20 !== 0;
    const others = AGENTS.filter((name) => name !== agent);
    const to = isAnswer ? question.from : (others[(i * 31) % others.length] ?? '');
    const asked = messageOf(AGENTS, i);
    const isQuestion = !isAnswer && i % 7 === 0;
    this.#desks.get(to)?.unread.push({ id, task });
    if (isQuestion) this.#desks.get(to)?.asked.push({ id, from: agent });
    const type = isAnswer ? 'answer' : isQuestion ? 'question' : 'announcement';
    const reply = isAnswer ? { in_reply_to: question.id, thread: question.id } : {};
    return asks(agent, 'send', { ...asked.payload, ...reply, type, to: [to], task });
  }

  #read(agent: string): Asked {
    const desk = this.#desks.get(agent);
    const unread = desk?.unread ?? [];
    if (desk) desk.unread = [];
    const charges = new Map<string, number>();
    for (const { task } of unread) charges.set(task, (charges.get(task) ?? 0) + TOKENS);
    return asks(agent, 'read', {
      messages: unread.map(({ id }) => id),
      tokens: unread.length * TOKENS,
      charged: [...charges].map(([task, tokens]) => `${task} ${tokens}`),
    });
  }
}

function asks(agent: string, kind: string, payload: Record<string, unknown>): Asked {
  return { kind, agent, payload };
}

function lock(agent: string, number: number, part: string): Asked {
  const paths = [`${part}/${number}/**`];
  return asks(agent, 'lock', { repo: agent, paths, ttl_ms: TTL_MS, task: taskOf(number) });
}

function taskOf(number: number): string {
  return `t-${number}`;
}

function agentOf(number: number): string {
  return AGENTS[number % AGENTS.length] ?? '';
}

function plan(tasks: number): object {
  const all = Array.from({ length: tasks }, (_, number) => ({
    id: taskOf(number),
    title: `Task ${number}`,
    description: 'Do it as the others were done. '.repeat(6),
    domain: agentOf(number),
    depends_on: number >= 40 ? [taskOf(number - 40)] : [],
    locks: [`src/${number}/**`],
  }));
  return { plan: 'week', goal: 'A week of work', tasks: all };
}
