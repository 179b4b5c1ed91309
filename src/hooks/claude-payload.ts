import type { Wanted } from '../services/edit-guard.ts';
import { writtenPaths } from './shell-writes.ts';

/** What Claude Code handed to a hook, as far as it is what we look for. */
export interface Payload {
  readonly event: string;
  readonly sessionId: string | undefined;
  readonly cwd: string | undefined;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly source: string;
  /** The subagent it is about. */
  readonly subagent: string | undefined;
  readonly hasBackgroundTasks: boolean;
}

/**
 * Reads what stands on standard input; undefined when that is no JSON object. Whatever is missing
 * or of another kind than expected is left out: versions differ.
 */
export function readPayload(text: string): Payload | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(raw)) return undefined;
  const tasks = raw['background_tasks'];
  return {
    event: textOf(raw['hook_event_name']) ?? '',
    sessionId: textOf(raw['session_id']),
    cwd: textOf(raw['cwd']),
    tool: textOf(raw['tool_name']) ?? '',
    input: isObject(raw['tool_input']) ? raw['tool_input'] : {},
    source: textOf(raw['source']) ?? '',
    subagent: textOf(raw['agent_id']),
    hasBackgroundTasks: Array.isArray(tasks) && tasks.length > 0,
  };
}

/** Tools that write the one file they name. */
const WRITERS: Readonly<Record<string, string>> = {
  Edit: 'file_path',
  Write: 'file_path',
  MultiEdit: 'file_path',
  NotebookEdit: 'notebook_path',
};

/** Whether a tool runs a command of the shell. */
export function isShell(tool: string): boolean {
  return tool === 'Bash';
}

/**
 * The files that a tool is about to change, as far as they can be told before: those that it names,
 * and those that the words of a command name.
 * @param cwd where the tool works; absolute
 */
export function wantedFiles({ tool, input }: Payload, cwd: string): Wanted[] {
  const key = WRITERS[tool];
  if (key !== undefined) {
    const path = textOf(input[key]);
    return path === undefined ? [] : [{ path, folder: cwd }];
  }
  if (!isShell(tool)) return [];
  const command = textOf(input['command']) ?? '';
  return writtenPaths(command).flatMap(({ folder, ...named }) =>
    // Where it has gone cannot be known: only a whole path can be judged.
    folder === null && !/^[/~]/.test(named.path)
      ? []
      : [{ ...named, folder: folderOf(cwd, folder) }],
  );
}

function folderOf(cwd: string, folder: string | null | undefined): string {
  if (folder === null || folder === undefined) return cwd;
  return folder.startsWith('/') || folder.startsWith('~') ? folder : `${cwd}/${folder}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
