import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ensureDir, readIfPresent, removeIfPresent, writeFileAtomic } from '../git/files.ts';
import { fileStat, listFolder } from '../git/folders.ts';
import { parseStateFile } from './state-file.ts';

/** What one session of Claude Code was told, so that nothing is told twice. */
export interface AgentSession {
  /** Who it is: what was known when it began, wherever it goes since. */
  readonly agent?: string | undefined;
  /** When it began, or was begun anew, in milliseconds since 1970. */
  readonly began?: number | undefined;
  /** The commit of the coordination repository that it was told the news of. */
  readonly news?: string | undefined;
  /** Ids of messages it was told of. */
  readonly announced: readonly string[];
  /** Questions that block their sender, as it was told of them. */
  readonly blocking: readonly Blocking[];
  /** Changed paths it was told are not its own. */
  readonly audited: readonly string[];
  /** What held it back when it wanted to stop. */
  readonly held: readonly string[];
  /** When its heartbeat was last shown, in milliseconds since 1970. */
  readonly beatAt: number;
}

/** A question that somebody waits on. */
export interface Blocking {
  readonly id: string;
  readonly from: string;
  readonly summary: string;
  /** Where the log ended when it was told: an answer stands behind that. */
  readonly after: number;
}

export const newSession: AgentSession = {
  announced: [],
  blocking: [],
  audited: [],
  held: [],
  beatAt: 0,
};

/** Whoever is still at work after so long begins anew. */
const KEPT_MS = 7 * 86_400_000;
/** A session that lasts sees many messages; the oldest have been read long ago. */
const ANNOUNCED_KEPT = 2000;

/** What is known of a session; a damaged file is as good as none. */
export async function readSession(home: string, id: string): Promise<AgentSession> {
  const data = await readIfPresent(fileOf(home, id));
  const known = parseStateFile<AgentSession>(data, ({ announced, blocking, audited, held }) =>
    [announced, blocking, audited, held].every((list) => Array.isArray(list)),
  );
  return known ?? newSession;
}

/** Remembers a session. One that cannot be written is told some things again. */
export async function writeSession(home: string, id: string, next: AgentSession): Promise<void> {
  const announced = next.announced.slice(-ANNOUNCED_KEPT);
  try {
    await writeFileAtomic(fileOf(home, id), JSON.stringify({ ...next, announced }));
  } catch {
    // A full or read-only disk stops nobody from working.
  }
}

/** Forgets a session that is over, and those that never said so. */
export async function endSession(home: string, id: string, now: number): Promise<void> {
  await removeIfPresent(fileOf(home, id)).catch(() => false);
  for (const name of await listFolder(join(home, 'sessions'))) {
    const file = join(home, 'sessions', name);
    const known = await fileStat(file);
    if (known && now - known.changedAt > KEPT_MS) await removeIfPresent(file).catch(() => false);
  }
}

/** Makes the folder where what V8 compiled is kept: from then on a verb that is run again starts faster. */
export async function keepCompiledCode(home: string): Promise<void> {
  await ensureDir(join(home, 'code-cache')).catch(() => undefined);
}

/** A session is named by its host; the name need not be one of a file. */
function fileOf(home: string, id: string): string {
  const name = /^[\w-]{1,64}$/.test(id) ? id : createHash('sha1').update(id).digest('hex');
  return join(home, 'sessions', `${name}.json`);
}
