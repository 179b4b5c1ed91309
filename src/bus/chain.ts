import { CommError } from '../errors.ts';
import { treeOf } from '../git/commits.ts';
import { encodeCommit, type GitObject, hashObject, type Oid } from '../git/objects.ts';
import { editTree } from '../git/trees.ts';
import { decide } from '../records/decide.ts';
import { foldFile } from '../records/fold.ts';
import type { Change, Request } from '../records/request.ts';
import type { State } from '../records/state.ts';
import { parseTime } from '../records/time.ts';
import { decidable } from './decidable.ts';
import type { Answer, Failure } from './queue.ts';
import type { View } from './view.ts';

/** Commits made on top of one another, not yet on any branch. */
export interface Chain {
  readonly tip: Oid | undefined;
  readonly objects: ReadonlyMap<Oid, GitObject>;
  /** Request id → what becomes of it if the chain lands. */
  readonly answers: ReadonlyMap<string, Answer>;
  readonly commits: number;
}

/**
 * Decides requests in order, each on the state that the one before it left,
 * and makes one commit for each that is granted. The view is moved along.
 */
export async function buildChain(
  view: View,
  requests: readonly Request[],
  now: number,
): Promise<Chain> {
  const builder = new ChainBuilder(view, now);
  if (requests.some(({ key }) => key !== undefined)) await view.loadKeys();
  for (const request of requests) await builder.add(request);
  return builder.chain;
}

class ChainBuilder {
  readonly #view: View;
  readonly #now: number;
  readonly #objects = new Map<Oid, GitObject>();
  readonly #answers = new Map<string, Answer>();
  readonly #state: State;
  #root: Oid | undefined;
  #rootKnown = false;
  #commits = 0;

  constructor(view: View, now: number) {
    this.#view = view;
    this.#state = decidable(view);
    this.#now = now;
  }

  get chain(): Chain {
    return {
      tip: this.#view.fold.commit,
      objects: this.#objects,
      answers: this.#answers,
      commits: this.#commits,
    };
  }

  async add(request: Request): Promise<void> {
    try {
      const decision = await decide(this.#state, request, this.#now);
      if ('refused' in decision) this.#answers.set(request.id, decision);
      else if ('unneeded' in decision) this.#answers.set(request.id, decision);
      else await this.#commit(request, decision.granted);
    } catch (error) {
      // One bad request must not take the others of the batch with it.
      this.#answers.set(request.id, { failed: failureOf(error) });
    }
  }

  async #commit(request: Request, change: Change): Promise<void> {
    const files = new Map<string, { oid: Oid } | null>();
    for (const [path, text] of change.files) {
      files.set(path, text === null ? null : { oid: this.#keep('blob', Buffer.from(text)) });
    }
    for (const [path, blob] of change.stored ?? []) files.set(path, await this.#storedAs(blob));
    const edit = await editTree((oid) => this.#read(oid), await this.#rootTree(), files);
    for (const [oid, object] of edit.objects) this.#remember(oid, object);
    this.#root = edit.root;
    const parent = this.#view.fold.commit;
    const commit = this.#keep('commit', commitOf(request, change, edit.root, parent, this.#now));
    for (const [path, text] of change.files) {
      this.#view.fold.apply(path, text === null ? null : foldFile(path, text), text ?? '');
    }
    this.#view.fold.commit = commit;
    this.#commits++;
    this.#answers.set(request.id, { published: change.result, commit });
  }

  /** A commit that names what is not there would break every clone. */
  async #storedAs(blob: Oid): Promise<{ oid: Oid }> {
    if (await this.#view.reader.has(blob)) return { oid: blob };
    throw new CommError('content-missing', `the content ${blob} is not on this machine`, {
      hint: 'publish it again where the file is',
    });
  }

  async #rootTree(): Promise<Oid | undefined> {
    if (!this.#rootKnown) {
      const { commit } = this.#view.fold;
      this.#root = commit === undefined ? undefined : await treeOf(this.#view.reader, commit);
      this.#rootKnown = true;
    }
    return this.#root;
  }

  async #read(oid: Oid): Promise<Buffer> {
    const object = this.#objects.get(oid) ?? (await this.#view.reader.read(oid));
    if (!object) throw new CommError('corrupt', `object ${oid} is missing from the hub`);
    return object.data;
  }

  #keep(type: 'blob' | 'commit', data: Buffer): Oid {
    const oid = hashObject(type, data);
    this.#remember(oid, { type, data });
    return oid;
  }

  #remember(oid: Oid, object: GitObject): void {
    this.#objects.set(oid, object);
    this.#view.reader.remember(oid, object);
  }
}

function commitOf(
  request: Request,
  change: Change,
  tree: Oid,
  parent: Oid | undefined,
  now: number,
): Buffer {
  const person = { name: request.agent, email: `${request.agent}@comm-node` };
  const trailers = [`Agent: ${request.agent}`];
  if (change.task !== undefined) trailers.push(`Task: ${change.task}`);
  trailers.push(`Record: ${change.record}`);
  if (change.record !== request.id) trailers.push(`Request: ${request.id}`);
  return encodeCommit({
    tree,
    parents: parent === undefined ? [] : [parent],
    author: { ...person, at: parseTime(request.at) ?? now },
    committer: { ...person, at: now },
    message: `${change.subject}\n\n${trailers.join('\n')}\n`,
  });
}

/** An error as it is handed from the process that decides to the one that asked. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommError) return error.toJSON();
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message, data: {} };
}
