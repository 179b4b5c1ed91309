import { ConfigError } from '../errors.ts';
import { countCommits } from '../git/commits.ts';
import { ObjectReader } from '../git/reader.ts';
import { readRef } from '../git/refs.ts';
import type { Request } from '../records/request.ts';
import type { Address } from './address.ts';
import type { CommitFiles } from './commit-files.ts';
import type { Contents } from './contents.ts';
import { beat, heartbeats } from './heartbeat.ts';
import { findHub, type Hub, MAIN, openHub } from './hub.ts';
import type { Tools } from './landing.ts';
import type { PublishOptions } from './publish.ts';
import { type Answer, type Entry, Queue } from './queue.ts';
import type { Received } from './receive.ts';
import { claimExchange, seenAgo } from './seen.ts';
import type { Heard } from './signs.ts';
import { View } from './view.ts';

/** What became of a request that did not fail. */
export type Outcome = Exclude<Answer, { failed: unknown }>;

/**
 * The coordination repository, as services use it: publish a request, read the
 * newest state of this machine's hub, receive what others published.
 */
export class Bus {
  readonly hub: Hub;
  readonly #tools: Tools;

  private constructor(hub: Hub, tools: Tools) {
    this.hub = hub;
    this.#tools = tools;
  }

  /**
   * @param home comm-node's folder on this machine
   * @throws ConfigError when there is no repository at the address
   */
  static async open(address: Address, home: string, tools: Omit<Tools, 'reader'>): Promise<Bus> {
    const hub = await openHub(address, home);
    return new Bus(hub, { ...tools, reader: new ObjectReader(hub.gitDir) });
  }

  /**
   * As {@link open}, but never waits for a network: for hooks.
   * @throws ConfigError when it is not on this machine
   */
  static async openHere(
    address: Address,
    home: string,
    tools: Omit<Tools, 'reader'>,
  ): Promise<Bus> {
    const hub = await findHub(address, home);
    if (hub) return new Bus(hub, { ...tools, reader: new ObjectReader(hub.gitDir) });
    throw new ConfigError(`nothing of ${address.url} is on this machine yet`, {
      code: 'no-repository',
      hint: 'comm-node sync',
    });
  }

  /** @throws CommError when it could not be done; a refusal is a value */
  async publish(request: Request, options: PublishOptions): Promise<Outcome> {
    const { publish, throwFailure } = await import('./publish.ts');
    const answer: Answer = await publish(this.hub, request, options, this.#tools);
    return throwFailure(answer);
  }

  /** Publishes what nobody needs an answer to: at once where that is cheap, else with the next push. */
  async publishSoon(request: Request): Promise<void> {
    if (this.hub.lane === 'in-place') {
      await this.publish(request, { deferrable: true });
    } else {
      await this.publishLater(request);
    }
  }

  /** Leaves a request on this machine; it goes out with whatever is published next. */
  async publishLater(request: Request): Promise<void> {
    const { publishLater } = await import('./publish.ts');
    await publishLater(this.hub, request);
  }

  /** Content that is no record. */
  async contents(): Promise<Contents> {
    const { Contents } = await import('./contents.ts');
    return new Contents(this.hub, this.#tools.reader);
  }

  /** What a commit of the branch did; undefined if the branch has no such commit. */
  async commitFiles(name: string): Promise<CommitFiles | undefined> {
    const { commitFiles } = await import('./commit-files.ts');
    return commitFiles(this.hub, this.#tools.reader, name);
  }

  view(): Promise<View> {
    return View.open(this.hub, this.#tools);
  }

  /** Requests of this machine that are not on the branch yet. */
  waiting(): Promise<Entry[]> {
    return new Queue(this.hub.state).list(this.#tools.now());
  }

  /** Requests that were refused when nobody waited for the answer any more. */
  refused(): Promise<{ entry: Entry; answer: Answer }[]> {
    return new Queue(this.hub.state).listRefused();
  }

  /** Fetches what others published, sends what waits here. */
  async receive(): Promise<Received> {
    const { receive } = await import('./receive.ts');
    return receive(this.hub, this.#tools);
  }

  /** How long the last push of this hub took, in milliseconds; 0 when it writes in place or never pushed. */
  async pushMs(): Promise<number> {
    const { PaceBook } = await import('./pace.ts');
    return this.hub.lane === 'push' ? (await PaceBook.open(this.hub)).pace.pushMs : 0;
  }

  beat(agent: string): Promise<void> {
    return beat(this.hub, agent, this.#tools.now(), this.#tools.reader).catch(() => undefined);
  }

  heartbeats(): Promise<Map<string, number>> {
    return heartbeats(this.hub, this.#tools.reader);
  }

  /** When each agent was last heard or published, as far as a glance tells. */
  async lastHeard(): Promise<Map<string, number>> {
    const { glance } = await import('./glance.ts');
    return glance(this.hub, this.#tools.reader);
  }

  /** What is known of when each agent acted last; looking again makes it surer. */
  async signs(): Promise<ReadonlyMap<string, Heard>> {
    const { gatherSigns } = await import('./signs.ts');
    return gatherSigns(this.hub, this.#tools.reader, this.#tools.now());
  }

  /** How many commits the branch is ahead of `commit`. */
  async commitsSince(commit: string | undefined): Promise<number> {
    const head = await readRef(this.hub.gitDir, MAIN);
    if (head === undefined || head === commit) return 0;
    return countCommits(this.hub.gitDir, commit, head);
  }

  /** How old this machine's view may be, in milliseconds (see `seenAgo`). */
  ageMs(): Promise<number | undefined> {
    return seenAgo(this.hub, this.#tools.now());
  }

  /** Whether the caller should see to an exchange with the remote (see `claimExchange`). */
  claimExchange(everyMs: number): Promise<boolean> {
    return claimExchange(this.hub, this.#tools.now(), everyMs).catch(() => false);
  }

  close(): void {
    this.#tools.reader.close();
  }
}
