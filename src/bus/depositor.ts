import { join } from 'node:path';
import { readIfPresent } from '../git/files.ts';
import { overwrite } from '../git/folders.ts';
import { pushRefs } from '../git/transport.ts';
import type { Hub } from './hub.ts';
import { notRefused, type Tools } from './landing.ts';
import { MOST, makeDeposit } from './outbox.ts';
import type { Entry } from './queue.ts';
import { parseStateFile } from './state-file.ts';

/** So many deposited requests are remembered: more than wait at once. */
const MEMORY = 400;

/** Leaves waiting requests in this hub's outbox, one deposit after the other, beside everything else. */
export class Depositor {
  readonly #hub: Hub;
  readonly #tools: Tools;
  readonly #limits: { readonly timeoutMs: number };
  #busy = false;

  constructor(hub: Hub, tools: Tools, limits: { readonly timeoutMs: number }) {
    this.#hub = hub;
    this.#tools = tools;
    this.#limits = limits;
  }

  /** Whether a deposit is under way. */
  get isBusy(): boolean {
    return this.#busy;
  }

  /**
   * Begins to leave what may wait and is not left yet; does not wait until it is.
   * What must be agreed is not left: somebody might grant it after its maker was
   * told no. Nor is what the state known here refuses.
   */
  async leave(entries: readonly Entry[]): Promise<void> {
    if (this.#busy) return;
    const known = await this.#remembered();
    const open = entries.filter(({ request, deferrable }) => deferrable && !known.has(request.id));
    const first = open.slice(0, MOST);
    const fresh = first.length === 0 ? [] : await notRefused(this.#hub, first, this.#tools);
    if (fresh.length === 0) return;
    this.#busy = true;
    void this.#push(fresh, known).finally(() => {
      this.#busy = false;
    });
  }

  /** Should it fail, the requests only come later: the push of the branch will say what is wrong. */
  async #push(fresh: readonly Entry[], known: ReadonlySet<string>): Promise<void> {
    const { gitDir, url } = this.#hub;
    try {
      const spec = await makeDeposit(this.#hub, fresh, this.#tools.ids(), this.#tools.now());
      const outcome = await pushRefs(gitDir, url, [spec], this.#limits);
      if (!outcome.ok) return;
    } catch {
      return;
    }
    const ids = [...known, ...fresh.map(({ request }) => request.id)].slice(-MEMORY);
    await overwrite(this.#file, JSON.stringify({ ids }));
  }

  /** What this hub left lately, whichever process did: a hint, so that nothing is left twice. */
  async #remembered(): Promise<Set<string>> {
    const data = await readIfPresent(this.#file).catch(() => undefined);
    const file = parseStateFile<{ ids: string[] }>(data, ({ ids }) => Array.isArray(ids));
    return new Set(file?.ids);
  }

  get #file(): string {
    return join(this.#hub.state, 'deposited.json');
  }
}
