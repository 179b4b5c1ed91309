import type { Task } from '../../src/records/task.ts';
import { formatTask } from '../../src/records/task-file.ts';
import { formatTime } from '../../src/records/time.ts';

/**
 * The text of `tasks/<id>.md`: an open task of the domain backend.
 * @param at when it was created, in milliseconds
 * @param more fields that differ
 */
export function taskText(id: string, at: number, more: Partial<Task> = {}): string {
  const time = formatTime(at);
  return formatTask({
    id,
    title: `The task ${id}`,
    domain: 'backend',
    priority: 2,
    complexity: 'medium',
    depends_on: [],
    required_artifacts: [],
    produces: [],
    locks: [],
    done_when: [],
    notify: [],
    tracker: 'files',
    status: 'open',
    created: time,
    updated: time,
    extra: {},
    body: '',
    ...more,
  });
}
