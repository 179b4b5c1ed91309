import { idTime } from './ids.ts';
import type { Message } from './message.ts';
import { HUMAN } from './names.ts';

// A month tells how an agent talks now, and forgets how it began.
const WINDOW_DAYS = 30;
const DAY = 86_400_000;
/** The end of an id: 50 random bits tell messages of one day and agent apart. */
const TAIL = 10;

/** How the messages that an agent sent on one day were taken. Only counts and sets: in any order the same. */
interface Day {
  /** Messages that could be understood or not: no acknowledgements, no budget matters. */
  sent: number;
  /** Those of them that wait for an answer or an acknowledgement. */
  readonly asking: Set<string>;
  /** Those that were asked back about, or rejected. */
  readonly unclear: Set<string>;
  /** Those that were answered or acknowledged. */
  readonly settled: Set<string>;
}

/** The last days of talk, by agent. */
export class Talk {
  /** The newest day seen, counted from 1970. */
  #last: number;
  readonly #days: Map<string, Map<number, Day>>;

  constructor(saved: SavedTalk = { last: 0, days: [] }) {
    this.#last = saved.last;
    this.#days = new Map();
    for (const [agent, day, sent, asking, unclear, settled] of saved.days) {
      const known = { sent, asking: set(asking), unclear: set(unclear), settled: set(settled) };
      this.#of(agent).set(day, known);
    }
  }

  /** Takes in a message, and what it says of the one it replies to. */
  add(message: Message): void {
    const { id, from, in_reply_to: about } = message;
    if (about !== undefined) this.#mark(message, about);
    if (from === HUMAN || !isTalk(message)) return;
    const day = this.#day(from, id);
    if (day === undefined) return;
    day.sent++;
    if (waits(message)) day.asking.add(tail(id));
  }

  /**
   * How many messages of an agent could be judged, and how many of them were understood. What waits
   * for an answer is not judged for a day; unanswered after that, it counts half.
   * @param now milliseconds since 1970
   */
  understood(agent: string, now: number): { readonly judged: number; readonly understood: number } {
    let judged = 0;
    let understood = 0;
    for (const [number, day] of this.#days.get(agent) ?? []) {
      const open = [...day.asking].filter((id) => !day.settled.has(id) && !day.unclear.has(id));
      const isLate = now >= (number + 2) * DAY;
      const counted = isLate ? day.sent : day.sent - open.length;
      const bad = Math.min(day.unclear.size, counted);
      judged += counted;
      understood += counted - bad - (isLate ? open.length / 2 : 0);
    }
    return { judged, understood: Math.max(0, understood) };
  }

  /** As plain data. */
  save(): SavedTalk {
    const days: SavedTalk['days'][number][] = [];
    for (const [agent, known] of this.#days) {
      for (const [number, { sent, asking, unclear, settled }] of known) {
        days.push([
          agent,
          number,
          sent,
          [...asking].join(),
          [...unclear].join(),
          [...settled].join(),
        ]);
      }
    }
    return { last: this.#last, days };
  }

  /** A reply says of the message before it whether that was understood; to[0] is whose it was. */
  #mark({ type, from, to }: Message, about: string): void {
    const [author = HUMAN] = to;
    if (author === HUMAN || author === from || isFormal(type)) return;
    const day = this.#day(author, about);
    if (day === undefined) return;
    (asksBack(type) ? day.unclear : day.settled).add(tail(about));
  }

  #day(agent: string, id: string): Day | undefined {
    const number = Math.floor(idTime(id) / DAY);
    if (number > this.#last) this.#moveTo(number);
    if (number <= this.#last - WINDOW_DAYS) return undefined;
    const days = this.#of(agent);
    let day = days.get(number);
    if (day === undefined) {
      day = { sent: 0, asking: new Set(), unclear: new Set(), settled: new Set() };
      days.set(number, day);
    }
    return day;
  }

  #moveTo(last: number): void {
    this.#last = last;
    for (const days of this.#days.values()) {
      for (const number of days.keys()) if (number <= last - WINDOW_DAYS) days.delete(number);
    }
  }

  #of(agent: string): Map<number, Day> {
    const known = this.#days.get(agent) ?? new Map<number, Day>();
    this.#days.set(agent, known);
    return known;
  }
}

/** Agent, day, messages sent, and the ends of ids with commas between: asking, unclear, settled. */
export interface SavedTalk {
  readonly last: number;
  readonly days: readonly (readonly [string, number, number, string, string, string])[];
}

function set(text: string): Set<string> {
  return new Set(text === '' ? [] : text.split(','));
}

function tail(id: string): string {
  return id.slice(-TAIL);
}

/** Whether a message can be understood or not: no acknowledgements, orders or budget matters. */
export function isTalk({ type }: Message): boolean {
  return type !== 'ack' && !isFormal(type);
}

/** Whether a reply of this type says that the message before it was not understood. */
export function asksBack(type: Message['type']): boolean {
  return type === 'question' || type === 'help' || type === 'error';
}

/** Orders and budget matters are written by the program. */
function isFormal(type: Message['type']): boolean {
  return type === 'order' || type.startsWith('budget_');
}

/** Whether a message waits for an answer or an acknowledgement. */
export function waits({ type, ack_required: ack }: Message): boolean {
  return ack || type === 'question' || type === 'help';
}
