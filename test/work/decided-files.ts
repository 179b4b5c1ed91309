import assert from 'node:assert/strict';
import { issueOfTask } from '../../src/services/task-tracker.ts';
import { FilesTracker } from '../../src/trackers/files-tracker.ts';
import type { Draft, Issue, Listing, Tracker } from '../../src/trackers/tracker.ts';
import { shop, type Tree } from '../records/fixture.ts';

const CLAIM = { ttl_ms: 3_600_000 };

/**
 * The tracker of the records, where everything asked of it is decided as well, as services do: its
 * answers must be what the decision has made true.
 */
export class DecidedFiles implements Tracker {
  readonly kind = 'files';
  readonly #tree: Tree;
  readonly #files: FilesTracker;
  readonly #planned = new Map<string, Readonly<Record<string, unknown>>>();

  private constructor(tree: Tree) {
    this.#tree = tree;
    this.#files = new FilesTracker(async () => [...tree.state.tasks.values()].map(issueOfTask));
  }

  /** Over a new project with the agents backend and other, both of one domain. */
  static async open(): Promise<DecidedFiles> {
    const tree = await shop();
    await tree.grant('join', 'other', { domain: 'backend', repo: 'shop-api' });
    return new DecidedFiles(tree);
  }

  list(): Promise<Listing> {
    return this.#files.list();
  }

  show(id: string): Promise<Issue | undefined> {
    return this.#files.show(id);
  }

  async create(key: string, draft: Draft): Promise<Issue> {
    const told = await this.#files.create(key, draft);
    await this.#plan(key, draft);
    return told;
  }

  async update(id: string, draft: Draft): Promise<Issue> {
    const told = await this.#files.update(id, draft);
    await this.#plan(id, draft);
    assert.deepEqual(told, await this.show(id));
    return told;
  }

  async depend(id: string, on: string): Promise<void> {
    await this.#files.depend(id);
    this.#planned.set(id, { ...this.#planned.get(id), depends_on: [on] });
    await this.#import();
  }

  async assign(id: string, agent: string): Promise<Issue> {
    const told = await this.#files.assign(id, agent);
    const worker = this.#tree.state.tasks.get(id)?.claimed_by;
    if (worker !== undefined) await this.#tree.grant('reassign', 'human', { task: id, to: agent });
    await this.#tree.grant('claim', agent, { task: id, ...CLAIM });
    return this.#agreed(told);
  }

  async release(id: string): Promise<Issue> {
    const told = await this.#files.release(id);
    await this.#tree.grant('reopen', 'human', { task: id });
    return this.#agreed(told);
  }

  async block(id: string): Promise<Issue> {
    const told = await this.#files.block(id);
    const worker = this.#tree.state.tasks.get(id)?.claimed_by ?? 'human';
    await this.#tree.grant('block', worker, { task: id, on: ['the weather'] });
    return this.#agreed(told);
  }

  async close(id: string): Promise<Issue> {
    const told = await this.#files.close(id);
    const task = this.#tree.state.tasks.get(id);
    const worker = task?.claimed_by ?? task?.assignee ?? 'backend';
    if (task?.status !== 'in_progress')
      await this.#tree.grant('claim', worker, { task: id, ...CLAIM });
    await this.#tree.grant('done', worker, { task: id, contract: task?.done_when ?? [] });
    assert.equal(told.status, (await this.show(id))?.status);
    return told;
  }

  async #agreed(told: Issue): Promise<Issue> {
    const stands = await this.show(told.id);
    assert.deepEqual([told.status, told.assignee], [stands?.status, stands?.assignee]);
    return told;
  }

  async #plan(id: string, { title, description, acceptance, priority }: Draft): Promise<void> {
    const done_when = acceptance.split('\n').map((line) => line.replace(/^- \[ \] /, ''));
    const known = this.#planned.get(id);
    const task = { ...known, id, title, description, done_when, priority, domain: 'backend' };
    this.#planned.set(id, task);
    await this.#import();
  }

  async #import(): Promise<void> {
    const document = { plan: 'auth', text: '', tasks: [...this.#planned.values()] };
    const grant = this.#tree.grant('plan', 'human', { document });
    await grant.catch(() => this.#tree.unneeded('plan', 'human', { document }));
  }
}
