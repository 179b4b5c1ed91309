import { parseArtifactRef } from './artifact-ref.ts';
import { parseProduct } from './contract.ts';
import type { PlannedTask } from './plan-document.ts';
import type { Complexity } from './task.ts';

/** How much work a task is, next to others: the shares of the budgets for talk (5 000, 15 000, 40 000 tokens). */
export const WEIGHTS: Readonly<Record<Complexity, number>> = { simple: 1, medium: 3, complex: 8 };

/** What of a task says what it waits for. */
export type Linked = Pick<
  PlannedTask,
  'id' | 'domain' | 'depends_on' | 'required_artifacts' | 'produces' | 'complexity'
>;

/** What waits for what in a plan: by `depends_on`, and because one makes what the other needs. */
export class PlanGraph {
  readonly ids: readonly string[];
  readonly #tasks: readonly Linked[];
  /** Task → those that must be done before, by their places. */
  readonly #before: readonly (readonly number[])[];
  #order: readonly number[] | undefined;
  #above: readonly Uint32Array[] | undefined;

  constructor(tasks: readonly Linked[]) {
    this.#tasks = tasks;
    this.ids = tasks.map(({ id }) => id);
    const places = new Map(this.ids.map((id, at) => [id, at]));
    const makers = makersOf(tasks);
    this.#before = tasks.map((task, at) => {
      const named = task.depends_on.flatMap((id) => places.get(id) ?? []);
      const needed = task.required_artifacts.flatMap((text) => makers.get(keyOf(text)) ?? []);
      return [...new Set([...named, ...needed])].filter(
        (other) => other !== at || named.includes(at),
      );
    });
  }

  /** One circle of tasks that wait for one another, first named first; undefined if there is none. */
  cycle(): string[] | undefined {
    const order = this.#sorted();
    if (order.length === this.ids.length) return undefined;
    const done = new Set(order);
    // Whatever could not be sorted has somebody before it that could not either: following that ends in a circle.
    let at = this.ids.findIndex((_, place) => !done.has(place));
    const path: number[] = [];
    while (!path.includes(at)) {
      path.push(at);
      at = this.#before[at]?.find((other) => !done.has(other)) ?? at;
    }
    const circle = path.slice(path.indexOf(at)).reverse();
    const least = circle.indexOf(Math.min(...circle));
    return [...circle.slice(least), ...circle.slice(0, least)].map(
      (place) => this.ids[place] ?? '',
    );
  }

  /** The tasks that take longest one after the other, by {@link WEIGHTS}. The plan has no circle. */
  criticalPath(): { readonly ids: readonly string[]; readonly weight: number } {
    const best: { weight: number; from: number }[] = [];
    let last = -1;
    for (const at of this.#sorted()) {
      const from = this.#heaviest(best, at);
      const weight = (best[from]?.weight ?? 0) + WEIGHTS[this.#tasks[at]?.complexity ?? 'medium'];
      best[at] = { weight, from };
      if (last < 0 || weight > (best[last]?.weight ?? 0)) last = at;
    }
    const ids: string[] = [];
    for (let at = last; at >= 0; at = best[at]?.from ?? -1) ids.unshift(this.ids[at] ?? '');
    return { ids, weight: best[last]?.weight ?? 0 };
  }

  #heaviest(best: readonly { readonly weight: number }[], at: number): number {
    let from = -1;
    for (const other of this.#before[at] ?? []) {
      if (from < 0 || (best[other]?.weight ?? 0) > (best[from]?.weight ?? 0)) from = other;
    }
    return from;
  }

  /** Whether two tasks can be worked on at once: neither waits for the other. */
  isParallel(one: number, other: number): boolean {
    const above = this.#closure();
    return one !== other && !has(above[one], other) && !has(above[other], one);
  }

  /**
   * How many agents can be of use at once: the largest set of tasks of which none waits for
   * another. By Dilworth's theorem that is the number of tasks less a largest matching in the
   * relation "waits for".
   */
  width(): number {
    const above = this.#closure();
    const matched = new Int32Array(this.ids.length).fill(-1);
    let pairs = 0;
    for (let at = 0; at < this.ids.length; at++) {
      if (augment(at, above, matched, fullSet(this.ids.length))) pairs++;
    }
    return this.ids.length - pairs;
  }

  /** Places in an order in which each comes after those before it; without those in circles. */
  #sorted(): readonly number[] {
    if (this.#order) return this.#order;
    const waiting = this.#before.map(({ length }) => length);
    const after: number[][] = this.#before.map(() => []);
    for (const [at, before] of this.#before.entries()) {
      for (const other of before) after[other]?.push(at);
    }
    const order = waiting.flatMap((count, at) => (count === 0 ? [at] : []));
    for (let next = 0; next < order.length; next++) {
      for (const at of after[order[next] ?? -1] ?? []) {
        waiting[at] = (waiting[at] ?? 0) - 1;
        if (waiting[at] === 0) order.push(at);
      }
    }
    this.#order = order;
    return order;
  }

  /** Task → the set of all that must be done before it, a bit a task. */
  #closure(): readonly Uint32Array[] {
    if (this.#above) return this.#above;
    const words = (this.ids.length + 31) >>> 5;
    const above = this.ids.map(() => new Uint32Array(words));
    for (const at of this.#sorted()) {
      const own = above[at];
      if (!own) continue;
      for (const other of this.#before[at] ?? []) {
        const theirs = above[other];
        for (let word = 0; theirs && word < words; word++)
          own[word] = (own[word] ?? 0) | (theirs[word] ?? 0);
        own[other >>> 5] = (own[other >>> 5] ?? 0) | (1 << (other & 31));
      }
    }
    this.#above = above;
    return above;
  }
}

function has(set: Uint32Array | undefined, at: number): boolean {
  return (((set?.[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
}

function fullSet(size: number): Uint32Array {
  return new Uint32Array((size + 31) >>> 5).fill(0xffffffff);
}

/** Kuhn's search for a longer matching, on sets of bits: whoever was visited is visited once. */
function augment(
  at: number,
  above: readonly Uint32Array[],
  matched: Int32Array,
  unseen: Uint32Array,
): boolean {
  const row = above[at];
  if (!row) return false;
  for (let word = 0; word < row.length; word++) {
    for (;;) {
      const open = (row[word] ?? 0) & (unseen[word] ?? 0);
      if (open === 0) break;
      const bit = 31 - Math.clz32(open);
      unseen[word] = (unseen[word] ?? 0) & ~(1 << bit);
      const other = word * 32 + bit;
      const partner = matched[other] ?? -1;
      if (partner >= 0 && !augment(partner, above, matched, unseen)) continue;
      matched[other] = at;
      return true;
    }
  }
  return false;
}

/** `domain/name` → the tasks that make it, by their places. */
function makersOf(tasks: readonly Linked[]): Map<string, number[]> {
  const makers = new Map<string, number[]>();
  for (const [at, { domain, produces }] of tasks.entries()) {
    for (const text of produces) {
      const name = parseProduct(text)?.name;
      if (name === undefined) continue;
      const key = `${domain}/${name}`;
      makers.set(key, [...(makers.get(key) ?? []), at]);
    }
  }
  return makers;
}

function keyOf(text: string): string {
  const ref = parseArtifactRef(text);
  return ref ? `${ref.domain}/${ref.name}` : text;
}
