import { join } from 'node:path';
import { readIfPresent, removeIfPresent, writeFileAtomic } from '../git/files.ts';
import { listFolder } from '../git/folders.ts';
import { isProcessAlive, processStart, thisPlace } from '../git/lock.ts';
import type { Request } from '../records/request.ts';
import type { Hub } from './hub.ts';
import { parseStateFile } from './state-file.ts';

/** A change of two systems that was begun: what was asked of the other one, and what is published after it. */
export interface Begun {
  readonly request: Request;
  /** The worktree in which the tracker was asked. */
  readonly cwd: string;
  /** What the tracker calls the task. */
  readonly issue: string;
  readonly pid: number;
  readonly start: string;
  readonly place: string;
}

/**
 * Remembers on this machine, through a power cut, that a task is about to be closed in its tracker
 * and then here, so that the next command can finish it, or see that nothing happened.
 */
export async function rememberBegun(
  hub: Hub,
  about: Pick<Begun, 'request' | 'cwd' | 'issue'>,
): Promise<void> {
  const own = { pid: process.pid, start: processStart(process.pid) ?? '', place: thisPlace() };
  const text = JSON.stringify({ ...about, ...own });
  await writeFileAtomic(fileOf(hub, about.request.id), text, { durable: true });
}

export async function forgetBegun(hub: Hub, request: string): Promise<void> {
  await removeIfPresent(fileOf(hub, request));
}

/** What was begun here by processes that are gone. */
export async function leftBegun(hub: Hub): Promise<Begun[]> {
  const found: Begun[] = [];
  for (const name of await listFolder(join(hub.state, FOLDER))) {
    if (!name.endsWith('.json')) continue;
    const data = await readIfPresent(join(hub.state, FOLDER, name));
    const begun = parseStateFile<Begun>(
      data,
      ({ request, issue }) => !!request && typeof issue === 'string',
    );
    if (begun && !isAtIt(begun)) found.push(begun);
  }
  return found;
}

function isAtIt({ pid, start, place }: Begun): boolean {
  return pid === process.pid || place !== thisPlace() || isProcessAlive(pid, start);
}

const FOLDER = 'begun';

function fileOf(hub: Hub, request: string): string {
  return join(hub.state, FOLDER, `${request}.json`);
}
