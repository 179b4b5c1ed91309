import { nearest } from './names.ts';
import type { Because } from './readiness.ts';
import type { Refusal } from './request.ts';
import type { State } from './state.ts';
import type { Task } from './task.ts';

/** The task that a word means: by its id, or by what its tracker calls it. */
export function findTask(tasks: ReadonlyMap<string, Task>, word: string): Task | undefined {
  const own = tasks.get(word);
  if (own) return own;
  for (const task of tasks.values()) if (task.tracker_id === word) return task;
  return undefined;
}

/** That there is no such task (code `unknown-task`, with `data.suggestions`). */
export function unknownTask({ tasks }: Pick<State, 'tasks'>, word: string): Refusal {
  const suggestions = nearest(word, [...tasks.keys()]);
  return {
    code: 'unknown-task',
    message: `there is no task "${word.slice(0, 80)}"`,
    hint:
      suggestions.length > 0
        ? `did you mean ${suggestions.join(' or ')}?`
        : 'comm-node tasks lists them',
    data: { task: word.slice(0, 80), suggestions },
  };
}

/** That a task cannot be begun (codes `task-done`, `task-claimed`, `not-ready`; `data.because` has it all). */
export function notReady(task: Task, because: readonly Because[]): Refusal {
  const [first] = because;
  const code =
    first?.code === 'done' ? 'task-done' : first?.code === 'claimed' ? 'task-claimed' : 'not-ready';
  return {
    code,
    message: because
      .map(({ message }) => message)
      .slice(0, 5)
      .join('; '),
    hint: hintOn(task, first),
    data: { task: task.id, because },
  };
}

function hintOn(task: Task, because: Because | undefined): string {
  switch (because?.code) {
    case 'done':
      return `comm-node reopen ${task.id} --why TEXT`;
    case 'claimed':
      return 'comm-node next shows what is free';
    case 'lock':
      return `comm-node ask ${because.conflicts[0]?.holder ?? 'human'} "When do you release it?"`;
    case 'blocked':
      return `comm-node reopen ${task.id} when it is not blocked any more`;
    default:
      return 'comm-node next shows what can be begun now';
  }
}

/** That somebody else works on a task, or nobody (code `not-your-task`). */
export function notYours(task: Task, agent: string): Refusal {
  const { id, claimed_by: by } = task;
  return {
    code: 'not-your-task',
    message:
      by === undefined ? `nobody has claimed ${id}` : `${by} has claimed ${id}, not ${agent}`,
    hint: by === undefined ? `comm-node claim ${id}` : `comm-node ask ${by} "How far is ${id}?"`,
    data: { task: id, claimed_by: by ?? null },
  };
}
