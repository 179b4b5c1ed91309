import type { Agent } from '../../src/records/agent.ts';
import { parseAgent } from '../../src/records/agent-file.ts';
import { ArtifactsOnDemand } from '../../src/records/artifacts-on-demand.ts';
import { decide } from '../../src/records/decide.ts';
import { foldFile } from '../../src/records/fold.ts';
import { createIds } from '../../src/records/ids.ts';
import { Ledger } from '../../src/records/ledger.ts';
import type { LiveRecord, Malformed } from '../../src/records/live-record.ts';
import type { Message } from '../../src/records/message.ts';
import { isDated, taskPath } from '../../src/records/paths.ts';
import type { Project } from '../../src/records/project.ts';
import type { Change, Refusal, Request } from '../../src/records/request.ts';
import type { State } from '../../src/records/state.ts';
import { type Task, tasksOf } from '../../src/records/task.ts';
import { formatTime } from '../../src/records/time.ts';
import { taskText } from '../support/task.ts';

export const NOW = Date.UTC(2026, 10, 22, 9, 30);
export const nextId = createIds(
  () => NOW,
  () => 0.5,
);
export const TIP = '9fceb02d0ae598e95dc970b74767f19372d61af8';

/** A coordination repository that is nothing but its files: requests are decided and applied at once. */
export class Tree {
  readonly files = new Map<string, string>();
  /** Content that is stored as a blob: path → its name. */
  readonly stored = new Map<string, string>();
  now = NOW;

  get state(): State {
    const agents = new Map<string, Agent>();
    const live = new Map<string, LiveRecord>();
    const malformed: Malformed[] = [];
    const messages: Message[] = [];
    const ledger = new Ledger();
    let project: Project | undefined;
    for (const [path, text] of this.files) {
      const folded = foldFile(path, text);
      if ('malformed' in folded) malformed.push(folded.malformed);
      if ('message' in folded) messages.push(folded.message);
      if ('message' in folded || 'receipt' in folded || 'budget' in folded) ledger.add(folded);
      if ('live' in folded) live.set(path, folded.live);
      if ('project' in folded) project = folded.project;
      if ('live' in folded && path.startsWith('agents/')) {
        const agent = parseAgent(text, path);
        agents.set(agent.name, agent);
      }
    }
    return {
      commit: this.files.size === 0 ? undefined : TIP,
      project,
      projectText: this.files.get('comm-node.toml') ?? '',
      agents,
      artifacts: new ArtifactsOnDemand(live),
      tasks: tasksOf(live),
      live,
      malformed,
      recordAt: (path) => live.get(path),
      published: (agent, key) => messages.find((m) => m.from === agent && m.key === key)?.id,
      datedPaths: async () => [...this.files.keys()].filter(isDated),
      ledger: async () => ledger,
    };
  }

  request(
    kind: string,
    agent: string,
    payload: Record<string, unknown> = {},
    key?: string,
  ): Request {
    const at = formatTime(this.now);
    return { id: nextId(), kind, agent, at, payload, ...(key === undefined ? {} : { key }) };
  }

  /** Decides and applies; an answer that is no change is an error of the test. */
  async grant(
    kind: string,
    agent: string,
    payload: Record<string, unknown> = {},
    key?: string,
  ): Promise<Change> {
    const decision = await decide(this.state, this.request(kind, agent, payload, key), this.now);
    if (!('granted' in decision)) throw new Error(JSON.stringify(decision));
    for (const [path, text] of decision.granted.files) {
      if (text === null) this.files.delete(path);
      else this.files.set(path, text);
    }
    for (const [path, blob] of decision.granted.stored ?? []) this.stored.set(path, blob);
    return decision.granted;
  }

  async refuse(
    kind: string,
    agent: string,
    payload: Record<string, unknown> = {},
  ): Promise<Refusal> {
    const decision = await decide(this.state, this.request(kind, agent, payload), this.now);
    if (!('refused' in decision)) throw new Error(JSON.stringify(decision));
    return decision.refused;
  }

  async unneeded(kind: string, agent: string, payload: Record<string, unknown> = {}, key?: string) {
    const decision = await decide(this.state, this.request(kind, agent, payload, key), this.now);
    if (!('unneeded' in decision)) throw new Error(JSON.stringify(decision));
    return decision.unneeded;
  }
}

/** A project with backend, frontend and the human. */
export async function shop(): Promise<Tree> {
  const tree = new Tree();
  await tree.grant('init', 'human', { project: 'shop' });
  await tree.grant('join', 'backend', { domain: 'backend', repo: 'shop-api' });
  await tree.grant('join', 'frontend', {
    domain: 'web',
    repo: 'shop-web',
    role: 'the shop window',
  });
  return tree;
}

export function message(fields: Partial<Message> = {}): Message {
  const id = nextId();
  return {
    id,
    type: 'announcement',
    tier: 'coordination',
    from: 'backend',
    to: ['frontend'],
    cc: [],
    thread: id,
    priority: 'medium',
    artifacts: [],
    blocks_progress: false,
    ack_required: false,
    tokens: 4,
    created: formatTime(NOW),
    body: 'Auth API ready.',
    ...fields,
  };
}

/** Writes a task by hand; see taskText. */
export function addTask(tree: Tree, id: string, more: Partial<Task> = {}): void {
  tree.files.set(taskPath(id), taskText(id, tree.now, more));
}
