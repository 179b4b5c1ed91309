import type { Oid } from '../git/objects.ts';
import { readRef } from '../git/refs.ts';
import type { FetchOutcome } from '../git/transport.ts';
import { fetchAll, fetchLed, type Hub, MAIN } from './hub.ts';
import type { Tools } from './landing.ts';
import { isFresh, type PaceBook, seenAt } from './pace.ts';
import { markSeen } from './seen.ts';

/** The remote as a leader last fetched it into the mirror. */
export class Newest {
  readonly #hub: Hub;
  readonly #tools: Tools;
  readonly #book: PaceBook;
  #head: Oid | undefined;
  #at = 0;
  #isWhole = false;
  #isSwept = false;

  constructor(hub: Hub, tools: Tools, book: PaceBook) {
    this.#hub = hub;
    this.#tools = tools;
    this.#book = book;
  }

  /** The branch; undefined: nothing was fetched, or it has moved since. */
  get head(): Oid | undefined {
    return this.#head;
  }

  /** When it was fetched, in milliseconds since 1970. */
  get at(): number {
    return this.#at;
  }

  /** Whether the outboxes were seen to be empty: what the mirror still has of them is over. */
  get isSwept(): boolean {
    return this.#isSwept;
  }

  /** Somebody has moved the branch, or we have. */
  forget(): void {
    this.#head = undefined;
    this.#isWhole = false;
    this.#isSwept = false;
    this.#book.note({ fetchedAt: 0, wholeAt: 0 });
  }

  /** Fetches the branch and who leads, unless that was done just now. @returns why that cannot be done, or undefined */
  async freshen(): Promise<string | undefined> {
    if (this.#head !== undefined) return undefined;
    const { pace } = this.#book;
    const before = await readRef(this.#hub.gitDir, MAIN);
    if (!isFresh(pace, pace.fetchedAt, this.#tools.now()))
      return this.#note(await fetchLed(this.#hub, this.#tools.patience));
    [this.#head, this.#at] = [before, pace.fetchedAt];
    return undefined;
  }

  /** It was seen from afar that the branch is where the mirror has it, and that the outboxes are empty. */
  async noteSwept(head: Oid): Promise<void> {
    [this.#head, this.#at] = [head, this.#tools.now()];
    [this.#isWhole, this.#isSwept] = [true, true];
    await markSeen(this.#hub);
  }

  /** Fetches all there is, unless that was done already. @returns why that cannot be done, or undefined */
  async freshenAll(): Promise<string | undefined> {
    if (this.#head !== undefined && this.#isWhole) return undefined;
    const { gitDir, url } = this.#hub;
    const { pace } = this.#book;
    const before = await readRef(gitDir, MAIN);
    if (isFresh(pace, pace.wholeAt, this.#tools.now())) {
      [this.#head, this.#at, this.#isWhole] = [before, pace.wholeAt, true];
      return undefined;
    }
    const offline = await this.#note(await fetchAll(gitDir, url, this.#tools.patience), {
      wholeAt: this.#tools.now(),
    });
    this.#isWhole = offline === undefined;
    return offline;
  }

  async #note(
    fetched: FetchOutcome,
    more: { readonly wholeAt?: number } = {},
  ): Promise<string | undefined> {
    if (!fetched.ok) return fetched.message;
    const head = await readRef(this.#hub.gitDir, MAIN);
    const at = this.#tools.now();
    const news = head === undefined ? {} : seenAt(this.#book.pace, head, at);
    [this.#head, this.#at] = [head, at];
    await this.#book.write({ ...news, fetchedAt: at, ...more });
    await markSeen(this.#hub);
    return undefined;
  }
}
