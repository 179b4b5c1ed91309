import {
  type AgentSession,
  endSession,
  keepCompiledCode,
  newSession,
  readSession,
  writeSession,
} from '../bus/agent-session.ts';
import { readWorkplace, type Workplace } from '../bus/workplace.ts';
import { type Guard, type Post, withGuardOf } from './guard.ts';
import type { Surroundings } from './session.ts';

/** A session of Claude Code, as its host names it. */
export interface Hosted {
  /** Undefined when the host did not say. */
  readonly id: string | undefined;
  /** The folder it began in; it stays when the session goes elsewhere. */
  readonly begunIn: string | undefined;
  /** Whether an exchange with the remote may be started beside it. */
  readonly mayExchange: boolean;
}

/** An agent in its session. */
export interface AtWork {
  readonly guard: Guard;
  /** What the session was told so far. */
  readonly memory: AgentSession;
  /** Changes what it was told. */
  remember(change: Partial<AgentSession>): void;
}

/** A sign of life every so often is enough: silence is judged in minutes. */
const BEAT_MS = 30_000;
/** An agent that only edits publishes nothing: then this often others hear of it, and it of them. */
const EXCHANGE_MS = 40_000;

/**
 * Who a session is: the agent named in the environment, else whoever it was when it began, else the
 * agent of the worktree it is in, else of the one it began in. Undefined where nobody ever joined.
 */
export async function findPost(
  place: Surroundings,
  hosted: Hosted,
  memory: AgentSession,
): Promise<Post | undefined> {
  const here = await readWorkplace(place.cwd);
  const elsewhere = hosted.begunIn !== undefined && hosted.begunIn !== place.cwd;
  const isWhole = here?.agent !== undefined && here.repository !== undefined;
  const home = !isWhole && elsewhere ? await workplaceAt(hosted.begunIn) : undefined;
  const repository = place.repository ?? here?.repository ?? home?.repository;
  if (repository === undefined) return undefined;
  return {
    agent: place.agent ?? memory.agent ?? here?.agent ?? home?.agent,
    repository,
    repo: here?.repo ?? home?.repo,
  };
}

async function workplaceAt(folder: string | undefined): Promise<Workplace | undefined> {
  return folder === undefined ? undefined : readWorkplace(folder);
}

/**
 * Opens the guard for a session, runs `use` and remembers what it says; undefined where nobody joined.
 * @throws CommError when the rules cannot be read, or it is not known who works here
 */
export async function atWork<T>(
  place: Surroundings,
  hosted: Hosted,
  use: (work: AtWork) => Promise<T>,
): Promise<T | undefined> {
  const { id } = hosted;
  const known = id === undefined ? newSession : await readSession(place.home, id);
  const post = await findPost(place, hosted, known);
  if (post === undefined) return undefined;
  let memory = known;
  const work = async (guard: Guard) => {
    if (known.agent === undefined) memory = { ...memory, agent: guard.agent };
    if (place.now() - memory.beatAt > BEAT_MS) {
      await guard.bus.beat(guard.agent);
      if (hosted.mayExchange) await exchangeApart(guard, post.repository, place.home);
      memory = { ...memory, beatAt: place.now() };
    }
    return use({
      guard,
      get memory() {
        return memory;
      },
      remember(change) {
        memory = { ...memory, ...change };
      },
    });
  };
  const result = await withGuardOf(place, post, work, 'claude');
  if (id !== undefined && memory !== known) {
    await keepCompiledCode(place.home);
    await writeSession(place.home, id, memory);
  }
  return result;
}

/** Has another process exchange news with the remote, if nobody has for long: no hook waits for it. */
async function exchangeApart({ bus, agent }: Guard, url: string, home: string): Promise<void> {
  if (!(await bus.claimExchange(EXCHANGE_MS))) return;
  const { startThisApart } = await import('../programs/run-program.ts');
  // The folder of a worktree may be gone before it ends.
  startThisApart(['sync', '--repository', url, '--agent', agent, '--quiet'], home);
}

/** Forgets a session that is over. */
export async function endWork(home: string, { id }: Hosted, now: number): Promise<void> {
  if (id !== undefined) await endSession(home, id, now);
}
