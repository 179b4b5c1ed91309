import { ConfigError } from '../errors.ts';
import { type ProgramResult, runProgram } from '../programs/run-program.ts';
import { type BeadsAnswer, readAnswer } from './beads-answer.ts';
import type { Draft, Issue, Listing, Tracker } from './tracker.ts';
import { TrackerError } from './tracker-error.ts';

/** How Beads is asked. */
export interface BeadsOptions {
  /** The worktree whose Beads it is. */
  readonly cwd: string;
  /** In whose name. */
  readonly actor: string;
  /** Its writes took 76 s in one version, and others hang: milliseconds. */
  readonly timeoutMs?: number;
}

const PROGRAM = 'bd';
const TIMEOUT_MS = 30_000;
/** Marks an issue as ours, with the id of the task behind it. */
const LABEL = 'comm-node-task:';

/**
 * Beads, through its program `bd`, versions 0.29 to 1.3. Flags that only some of them have are not
 * used. An exit code proves nothing (updates that fail end with 0 in some versions), so every
 * answer is held against what was asked, and where it says nothing, the issue is looked at.
 */
export class BeadsTracker implements Tracker {
  readonly kind = 'beads';
  readonly #options: BeadsOptions;
  #ours: Promise<Map<string, string>> | undefined;

  constructor(options: BeadsOptions) {
    this.#options = options;
  }

  async list(): Promise<Listing> {
    // Some versions list closed issues only on wish, others do not know the wish.
    const all = await this.#ask(['list', '--limit', '0', '--all']).catch((error: unknown) => {
      if (!/unknown flag/.test(String(error))) throw error;
      return this.#ask(['list', '--limit', '0']).catch((again: unknown) => {
        if (!/unknown flag/.test(String(again))) throw again;
        return this.#ask(['list']);
      });
    });
    const ready = await this.#ask(['ready', '--limit', '0']);
    const open = all.issues.filter(({ status }) => status === 'open').map(({ id }) => id);
    const said = new Set(ready.issues.map(({ id }) => id));
    // Up to 0.49.3 it also calls ready what is in progress.
    return { issues: all.issues, ready: new Set(open.filter((id) => said.has(id))) };
  }

  async show(id: string): Promise<Issue | undefined> {
    const { answer, result } = await this.#run(['show', named(id)]);
    const found = answer.issues.find((issue) => issue.id === id);
    if (found) return found;
    if (/no issue found|not found/i.test(`${answer.error ?? ''} ${result.stderr}`))
      return undefined;
    throw refusal(['show', id], answer, result);
  }

  async create(key: string, draft: Draft): Promise<Issue> {
    const label = `${LABEL}${key}`;
    this.#ours ??= this.#labelled();
    const known = (await this.#ours).get(label);
    if (known !== undefined) return this.update(known, draft);
    const labels = ['comm-node', label, ...draft.labels].join(',');
    const words = ['create', ...fieldsOf(draft), `--labels=${labels}`, '--', draft.title];
    const { answer, result } = await this.#run(words);
    const made = answer.issues.find(({ title }) => title === draft.title);
    if (!made) throw refusal(words, answer, result);
    (await this.#ours).set(label, made.id);
    return { ...made, labels: labels.split(',') };
  }

  /** What was made before: label → issue. Asked once for a whole plan. */
  async #labelled(): Promise<Map<string, string>> {
    const { issues } = await this.list();
    return new Map(
      issues.flatMap(({ id, labels }) =>
        labels.filter((label) => label.startsWith(LABEL)).map((label) => [label, id] as const),
      ),
    );
  }

  async update(id: string, draft: Draft): Promise<Issue> {
    const words = ['update', named(id), `--title=${draft.title}`, ...fieldsOf(draft)];
    return this.#change(
      id,
      words,
      ({ title, priority }) => title === draft.title && priority === draft.priority,
    );
  }

  async depend(id: string, on: string): Promise<void> {
    const words = ['dep', 'add', named(id), named(on)];
    const { answer, result } = await this.#run(words);
    const added = answer.objects.some(
      (one) => one['status'] === 'added' && one['depends_on_id'] === on,
    );
    if (added) return;
    // It may have been there already, which is an error to Beads.
    if ((await this.show(id))?.dependsOn.includes(on)) return;
    throw refusal(words, answer, result);
  }

  async assign(id: string, agent: string): Promise<Issue> {
    const words = ['update', named(id), '--status=in_progress', `--assignee=${agent}`];
    return this.#change(
      id,
      words,
      (issue) => issue.status === 'in_progress' && issue.assignee === agent,
    );
  }

  async release(id: string): Promise<Issue> {
    const words = ['update', named(id), '--status=open', '--assignee='];
    return this.#change(
      id,
      words,
      (issue) => issue.status === 'open' && issue.assignee === undefined,
    );
  }

  async block(id: string): Promise<Issue> {
    const words = ['update', named(id), '--status=blocked'];
    return this.#change(id, words, ({ status }) => status === 'blocked');
  }

  async close(id: string, reason: string): Promise<Issue> {
    const words = ['close', named(id), `--reason=${reason}`];
    return this.#change(id, words, ({ status }) => status === 'done');
  }

  /** Runs a command that changes one issue, and sees that it did. */
  async #change(
    id: string,
    words: readonly string[],
    isSo: (issue: Issue) => boolean,
  ): Promise<Issue> {
    const { answer, result } = await this.#run(words);
    const told = answer.issues.find((issue) => issue.id === id);
    if (told && isSo(told)) return told;
    // Nothing, or something else, was said: what stands there is what counts.
    const stands = await this.show(id).catch(() => undefined);
    if (stands && isSo(stands)) return stands;
    throw refusal(words, answer, result, stands);
  }

  async #ask(words: readonly string[]): Promise<BeadsAnswer> {
    const { answer, result } = await this.#run(words);
    if (result.code === 0 && !answer.isEmpty && answer.error === undefined) return answer;
    throw refusal(words, answer, result);
  }

  async #run(words: readonly string[]): Promise<{ answer: BeadsAnswer; result: ProgramResult }> {
    const { cwd, actor, timeoutMs = TIMEOUT_MS } = this.#options;
    const end = words.indexOf('--');
    const flags = [`--actor=${actor}`, '--json'];
    const all =
      end < 0 ? [...words, ...flags] : [...words.slice(0, end), ...flags, ...words.slice(end)];
    const env = {
      BEADS_ACTOR: actor,
      BD_ACTOR: actor,
      BEADS_NO_DAEMON: '1',
      BD_DISABLE_METRICS: '1',
    };
    const options = { cwd, env, timeoutMs, keepBytes: 64 * 1024 * 1024 };
    const result = await runProgram([PROGRAM, ...all], options).catch((error: unknown) => {
      if (!(error instanceof ConfigError)) throw error;
      throw new TrackerError('Beads is used here, and its program bd was not found on PATH', {
        code: 'tracker-missing',
        hint: 'install Beads, or leave the list of tasks to comm-node: comm-node plan import FILE --tracker files',
        cause: error,
      });
    });
    if (!result.timedOut) return { answer: readAnswer(result.stdout), result };
    throw new TrackerError(
      `bd ${words[0]} did not answer within ${timeoutMs / 1000} s and was ended`,
      {
        code: 'tracker-timeout',
        hint: 'bd doctor; nothing was changed here',
        data: { command: [PROGRAM, ...all], timeout_ms: timeoutMs },
      },
    );
  }
}

function fieldsOf({ description, acceptance, priority }: Draft): string[] {
  return [`--description=${description}`, `--acceptance=${acceptance}`, `--priority=${priority}`];
}

/** An empty id means "the last one touched" to some versions, and a flag would be one. */
function named(id: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(id)) return id;
  throw new TrackerError(`"${id.slice(0, 60)}" is not the id of an issue`, {
    code: 'tracker-unknown',
  });
}

function refusal(
  words: readonly string[],
  answer: BeadsAnswer,
  result: ProgramResult,
  stands?: Issue,
): TrackerError {
  const said = answer.error ?? lastLine(result.stderr) ?? lastLine(result.stdout);
  const state = stands
    ? `; ${stands.id} is ${stands.status}${stands.assignee ? ` with ${stands.assignee}` : ''} there`
    : '';
  const what = `bd ${words.slice(0, 2).join(' ')}`;
  return new TrackerError(
    `${what} did not do it: ${said ?? `it answered nothing, and ended with ${result.code}`}${state}`,
    {
      code: 'tracker-refused',
      hint: `run it by hand to see why: ${what}`,
      data: { command: [PROGRAM, ...words], exit_code: result.code ?? null, said: said ?? null },
    },
  );
}

function lastLine(text: string): string | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /error|cannot|refus|already/i.test(line)) ?? lines.at(-1);
}
