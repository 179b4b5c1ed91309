import { ConfigError } from '../errors.ts';

/** Where the stub lies that all entries call; it is committed with them. */
export const CLAUDE_STUB = '.claude/hooks/comm-node.cjs';

interface Entry {
  readonly event: string;
  readonly matcher?: string;
  /** Seconds; without it Claude Code waits ten minutes. */
  readonly timeout: number;
}

/** The tools whose target can be told before they run. */
const WRITERS = 'Edit|Write|MultiEdit|NotebookEdit|Bash';

/** What comm-node is told by Claude Code. */
const ENTRIES: readonly Entry[] = [
  { event: 'SessionStart', timeout: 10 },
  { event: 'UserPromptSubmit', timeout: 10 },
  { event: 'PreToolUse', matcher: WRITERS, timeout: 10 },
  { event: 'PostToolBatch', timeout: 10 },
  { event: 'Stop', timeout: 10 },
  { event: 'SubagentStop', timeout: 10 },
  // A timeout of its own raises the time that all hooks of this event share.
  { event: 'SessionEnd', timeout: 5 },
];

type Json = Record<string, unknown>;

/**
 * Claude Code's settings with our entries in them; all others stay, in their order. Nothing in them
 * says who works here: the settings are shared.
 * @param text the file as it is; undefined when there is none
 * @throws ConfigError when it is no JSON object, or its hooks are none
 */
export function withEntries(text: string | undefined): string {
  const settings = parseSettings(text);
  const hooks = { ...hooksOf(settings) };
  for (const { event, matcher, timeout } of ENTRIES) {
    const others = foreign(hooks[event]);
    const handler = {
      type: 'command',
      command: 'node',
      args: [`\${CLAUDE_PROJECT_DIR}/${CLAUDE_STUB}`, event],
      timeout,
    };
    hooks[event] = [...others, { ...(matcher === undefined ? {} : { matcher }), hooks: [handler] }];
  }
  const next = { ...settings, hooks };
  // What is so already is left as it was written.
  if (text !== undefined && JSON.stringify(settings) === JSON.stringify(next)) return text;
  return format(next, text);
}

/** The settings without our entries; '' when nothing else was in them. */
export function withoutEntries(text: string): string {
  const settings = parseSettings(text);
  const hooks: Json = {};
  for (const [event, groups] of Object.entries(hooksOf(settings))) {
    const others = foreign(groups);
    if (others.length > 0) hooks[event] = others;
  }
  const { hooks: _hooks, ...rest } = settings;
  const next = Object.keys(hooks).length > 0 ? { ...rest, hooks } : rest;
  return Object.keys(next).length > 0 ? format(next, text) : '';
}

/** Whether all our entries are in the settings. */
export function hasEntries(text: string | undefined): boolean {
  return text !== undefined && withEntries(text) === text;
}

/** The groups of an event without our handlers in them. */
function foreign(groups: unknown): unknown[] {
  if (!Array.isArray(groups)) return groups === undefined ? [] : [groups];
  return groups.flatMap((group: unknown) => {
    if (!isObject(group) || !Array.isArray(group['hooks'])) return [group];
    const handlers = group['hooks'] as unknown[];
    const others = handlers.filter((handler) => !isOurs(handler));
    if (others.length === handlers.length) return [group];
    return others.length > 0 ? [{ ...group, hooks: others }] : [];
  });
}

function isOurs(handler: unknown): boolean {
  if (!isObject(handler) || !Array.isArray(handler['args'])) return false;
  const [script] = handler['args'] as unknown[];
  return typeof script === 'string' && script.endsWith(`/${CLAUDE_STUB}`);
}

function parseSettings(text: string | undefined): Json {
  if (text === undefined || text.trim() === '') return {};
  let settings: unknown;
  try {
    settings = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw broken('is not valid JSON', cause);
  }
  if (!isObject(settings)) throw broken('is not a JSON object');
  return settings;
}

function hooksOf(settings: Json): Json {
  const hooks = settings['hooks'] ?? {};
  if (!isObject(hooks)) throw broken('has "hooks" that are no object');
  return hooks;
}

function broken(how: string, cause?: unknown): ConfigError {
  return new ConfigError(`.claude/settings.json ${how}, so nothing was added to it`, {
    hint: 'mend it, then run comm-node hooks install',
    cause,
  });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Written as the file was: its indent, its line ends, its last newline. */
function format(settings: Json, like: string | undefined): string {
  const indent = like === undefined ? '  ' : (/\n([ \t]+)\S/.exec(like)?.[1] ?? '  ');
  const end = like === undefined || like.endsWith('\n') ? '\n' : '';
  const text = JSON.stringify(settings, null, indent) + end;
  return like?.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}
