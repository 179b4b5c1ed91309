import * as v from 'valibot';
import { isCovered } from '../globs/compare-globs.ts';
import { GlobError, parseGlob } from '../globs/globs.ts';
import type { Lock } from './lock.ts';
import { canMeet, isHeld, type LockBoard } from './lock-board.ts';
import type { Refusal } from './request.ts';
import { flagField, globsField, idsField, repoField } from './schema.ts';

/** Which locks a request is about: those named by id, those on paths, or all. */
export const SELECTION = {
  repo: v.exactOptional(repoField),
  ids: v.optional(idsField, []),
  paths: v.exactOptional(globsField),
  all: v.optional(flagField, false),
};

/** The same, checked. */
export interface Selection {
  readonly repo?: string;
  readonly ids: readonly string[];
  readonly paths?: readonly string[];
  readonly all: boolean;
}

/** The live locks of an agent that are selected: by id, on covered paths, or all (of a repository, if one is named). */
export function ownLocks(
  board: LockBoard,
  agent: string,
  selection: Selection,
  now: number,
): Lock[] {
  return board.locks.filter(
    (lock) =>
      lock.holder === agent &&
      isHeld(lock, now, board.skewMs) &&
      (selection.ids.includes(lock.id) ||
        (inRepo(lock, selection) && (selection.all || touches(lock, selection)))),
  );
}

/** Locks of anybody that are selected, for the one who may break them. */
export function anyLocks(board: LockBoard, selection: Selection): Lock[] {
  return board.locks.filter(
    (lock) =>
      selection.ids.includes(lock.id) ||
      (inRepo(lock, selection) &&
        selection.paths !== undefined &&
        canMeet(selection.paths, lock.paths)),
  );
}

/** The globs of a lock that others do not cover: what is left of it when those are given back. */
export function leftOf(lock: Lock, globs: readonly string[]): string[] {
  return lock.paths.filter((path) => !covers(globs, path));
}

function inRepo(lock: Lock, { repo }: Selection): boolean {
  return repo === undefined || lock.repo === repo;
}

function touches(lock: Lock, { paths }: Selection): boolean {
  return paths !== undefined && leftOf(lock, paths).length < lock.paths.length;
}

function covers(globs: readonly string[], path: string): boolean {
  if (globs.includes(path)) return true;
  try {
    return isCovered([parseGlob(path)], globs.map(parseGlob));
  } catch (error) {
    if (error instanceof GlobError) return false;
    throw error;
  }
}

/** That nothing of what was selected is the agent's (code `no-lock`). */
export function noLock(agent: string): Refusal {
  return {
    code: 'no-lock',
    message: `${agent} holds no lock there`,
    hint: 'comm-node locks shows who holds what',
  };
}
