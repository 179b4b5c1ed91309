import { join } from 'node:path';
import { readIfPresent } from '../git/files.ts';
import { overwrite } from '../git/folders.ts';
import type { Hub } from './hub.ts';
import type { Tools } from './landing.ts';
import { MOST, makeDeposit } from './outbox.ts';
import { type Entry, mayBeLeft } from './queue.ts';
import { parseStateFile } from './state-file.ts';

/** So many deposited requests are remembered: more than wait at once. */
const MEMORY = 400;

/** A deposit that is ready to be pushed. */
export interface Deposited {
  readonly spec: string;
  /** Its name on the remote. */
  readonly ref: string;
  readonly ids: readonly string[];
}

/** Makes this hub's deposits, and remembers what is in them, whichever of its processes left it. */
export class Depositor {
  readonly #hub: Hub;
  readonly #tools: Tools;

  constructor(hub: Hub, tools: Tools) {
    this.#hub = hub;
    this.#tools = tools;
  }

  /** Those of `entries` that are in no outbox, as far as is known: a hint, so that nothing is left twice. */
  async notLeft(entries: readonly Entry[]): Promise<Entry[]> {
    const known = await this.#remembered();
    return entries.filter(({ request }) => !known.has(request.id));
  }

  /** The ids of those of `entries` that are in an outbox, as far as is known. */
  async leftOf(entries: readonly Entry[]): Promise<Set<string>> {
    const known = await this.#remembered();
    return new Set(entries.map(({ request }) => request.id).filter((id) => known.has(id)));
  }

  /** The deposits that hold some of `gone`, and none of `waiting`; both are ids. */
  async refsOf(gone: ReadonlySet<string>, waiting: ReadonlySet<string>): Promise<Set<string>> {
    const known = [...(await this.#remembered())];
    const refs = new Set(known.filter(([id]) => gone.has(id)).map(([, ref]) => ref));
    for (const [id, ref] of known) if (waiting.has(id)) refs.delete(ref);
    return refs;
  }

  /** The deposit that holds the first of `entries`. */
  async refOf(entries: readonly Entry[]): Promise<string | undefined> {
    const known = await this.#remembered();
    return known.get(entries[0]?.request.id ?? '');
  }

  /** Makes a deposit of what others may land; the rest is left out. */
  async make(entries: readonly Entry[]): Promise<Deposited | undefined> {
    const batch = entries.filter(mayBeLeft).slice(0, MOST);
    if (batch.length === 0) return undefined;
    const spec = await makeDeposit(this.#hub, batch, this.#tools.ids());
    const ref = spec.slice(spec.indexOf(':') + 1);
    return { spec, ref, ids: batch.map(({ request }) => request.id) };
  }

  /** It is there. */
  async remember({ ref, ids }: Deposited): Promise<void> {
    await this.#write([...(await this.#remembered()), ...ids.map((id) => [id, ref] as const)]);
  }

  /** It is there no more, and what it held has not landed. */
  async forget(entries: readonly Entry[]): Promise<void> {
    const gone = new Set(entries.map(({ request }) => request.id));
    await this.#write([...(await this.#remembered())].filter(([id]) => !gone.has(id)));
  }

  async #write(left: readonly (readonly [string, string])[]): Promise<void> {
    await overwrite(this.#file, JSON.stringify({ left: left.slice(-MEMORY) }));
  }

  /** Request id → the ref that holds it. */
  async #remembered(): Promise<Map<string, string>> {
    const data = await readIfPresent(this.#file).catch(() => undefined);
    const file = parseStateFile<{ left: [string, string][] }>(data, ({ left }) =>
      Array.isArray(left),
    );
    return new Map(file?.left.filter(Array.isArray));
  }

  get #file(): string {
    return join(this.#hub.state, 'deposited.json');
  }
}
