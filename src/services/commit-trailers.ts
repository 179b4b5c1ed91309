import { readWorkplace } from '../bus/workplace.ts';
import { setTrailers } from '../hosts/commit-trailers.ts';
import { isName, isTask } from '../records/names.ts';
import type { Surroundings } from './session.ts';

/**
 * Says in the message of a commit which agent makes it, and for which task: then `git log` answers
 * who did what, and a server knows whom to judge.
 * @param task from the environment; else that of the worktree, if it has one
 */
export async function addTrailers(
  place: Surroundings,
  file: string,
  task: string | undefined,
): Promise<void> {
  const workplace = await readWorkplace(place.cwd);
  const agent = place.agent ?? workplace?.agent;
  const joined = workplace?.repository ?? place.repository;
  if (joined === undefined || agent === undefined || !isName('agent', agent)) return;
  const about = task ?? workplace?.task;
  const known = about !== undefined && isTask(about) ? { Task: about } : {};
  await setTrailers(place.cwd, file, { Agent: agent, ...known });
}
