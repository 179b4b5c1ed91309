import type { Draft, Issue, Listing, Tracker } from './tracker.ts';
import { TrackerError } from './tracker-error.ts';

/**
 * The tracker that is there without any other program: the records of the tasks themselves. What
 * is asked of it is written by the very commit that decides it, so there is nothing left to do;
 * it answers with what that commit makes true.
 */
export class FilesTracker implements Tracker {
  readonly kind = 'files';
  readonly #issues: () => Promise<readonly Issue[]>;

  /** @param issues what the records say now */
  constructor(issues: () => Promise<readonly Issue[]>) {
    this.#issues = issues;
  }

  async list(): Promise<Listing> {
    const issues = await this.#issues();
    const done = new Set(issues.filter(({ status }) => status === 'done').map(({ id }) => id));
    const ready = issues.filter(
      ({ status, dependsOn }) => status === 'open' && dependsOn.every((id) => done.has(id)),
    );
    return { issues, ready: new Set(ready.map(({ id }) => id)) };
  }

  async show(id: string): Promise<Issue | undefined> {
    return (await this.#issues()).find((issue) => issue.id === id);
  }

  async create(id: string, draft: Draft): Promise<Issue> {
    return (await this.show(id)) ?? { id, status: 'open', dependsOn: [], ...draft };
  }

  async update(id: string, draft: Draft): Promise<Issue> {
    return { ...(await this.#known(id)), ...draft };
  }

  async depend(id: string): Promise<void> {
    await this.#known(id);
  }

  async assign(id: string, agent: string): Promise<Issue> {
    return { ...(await this.#known(id)), status: 'in_progress', assignee: agent };
  }

  async release(id: string): Promise<Issue> {
    const { assignee: _assignee, ...issue } = await this.#known(id);
    return { ...issue, status: 'open' };
  }

  async block(id: string): Promise<Issue> {
    return { ...(await this.#known(id)), status: 'blocked' };
  }

  async close(id: string): Promise<Issue> {
    return { ...(await this.#known(id)), status: 'done' };
  }

  async #known(id: string): Promise<Issue> {
    const issue = await this.show(id);
    if (issue) return issue;
    throw new TrackerError(`there is no task "${id.slice(0, 80)}"`, { code: 'tracker-unknown' });
  }
}
