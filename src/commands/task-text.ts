import { formatDuration } from '../records/time.ts';
import { visible } from '../records/visible.ts';
import type { Brief } from '../services/task-brief.ts';
import { clipTokens } from '../services/task-text-budget.ts';
import type { NextWork, TaskRow } from '../services/working.ts';

/** A brief costs an agent no more than this many estimated tokens. */
const BRIEF_TOKENS = 780;
const MARKS: Readonly<Record<string, string>> = {
  open: ' ',
  in_progress: '⏳',
  blocked: '⚠',
  done: '✓',
};

/** `⏳ P1 auth-api  backend  API: sign in` */
export function taskLine({ id, title, domain, priority, status }: TaskRow, who?: string): string {
  const by = who === undefined ? '' : ` (${who})`;
  return `${MARKS[status] ?? ' '} P${priority} ${id}  ${domain}${by}  ${title}`;
}

/** Everything an agent needs to begin, in the room that it can afford. */
export function briefText(brief: Brief, claimed: boolean): string {
  const head = [
    `${claimed ? 'claimed' : 'ready'}: ${brief.id}: ${brief.title}`,
    `${brief.domain}, priority ${brief.priority}, ${brief.complexity}${brief.plan === undefined ? '' : `, plan ${brief.plan}`}${brief.goal === null ? '' : `: ${brief.goal}`}`,
  ];
  const parts = [
    listed(
      'needs',
      brief.inputs.map(
        ({ artifact, version, stale, get }) =>
          `${artifact}${version === null ? ' (not published yet)' : ` (v${version}${stale ? ', newer than the one pinned' : ''})`}: ${get}`,
      ),
    ),
    listed('makes', brief.outputs),
    listed('locked', brief.locks),
    listed('done when', brief.done_when),
    listed(
      'peers',
      brief.peers.map(
        ({ domain, agents, why }) =>
          `${domain}${agents.length === 0 ? ' (nobody now)' : `: ${agents.join(', ')}`} (${why})`,
      ),
    ),
  ].flat();
  const next = claimed
    ? [`then: comm-node done ${brief.id}   or: comm-node block ${brief.id} --on WHAT`]
    : [`next: comm-node claim ${brief.id}`];
  const fixed = [...head, ...parts, ...next].join('\n');
  const body = clipTokens(
    brief.description,
    fixed,
    BRIEF_TOKENS,
    `… (whole: comm-node tasks ${brief.id} --json)`,
  );
  return visible(
    [
      ...head,
      ...(body.description === '' ? [] : ['', body.description, '']),
      ...(body.rest ?? [...parts, ...next]),
      '',
    ].join('\n'),
  );
}

/** A heading and its items; a long list is cut. */
function listed(name: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const shown = items
    .slice(0, 8)
    .map((item) => `  ${item.length > 160 ? `${item.slice(0, 159)}…` : item}`);
  const more = items.length > 8 ? [`  and ${items.length - 8} more`] : [];
  return [`${name}:`, ...shown, ...more];
}

/** What can be begun, and why the rest cannot. */
export function workText({ task, claimed, current, ready, blocked, fallback }: NextWork): string {
  const other = ready.filter(({ id }) => id !== task?.id);
  const lines = [
    ...(fallback === null || fallback === undefined
      ? []
      : [
          `Beads could not be asked (${fallback.why}): read from ${fallback.file}, ${formatDuration(Math.max(1000, Math.round(fallback.ageMs / 1000) * 1000))} old${fallback.maybeStale ? ', and may be stale' : ''}`,
        ]),
    ...(current.length === 0 || claimed
      ? []
      : ['you have:', ...current.map((row) => taskLine(row))]),
    ...(other.length === 0 || claimed
      ? []
      : ['also ready:', ...other.slice(0, 5).map((row) => taskLine(row))]),
    ...(blocked.length === 0 || claimed ? [] : ['not ready:']),
    ...(claimed
      ? []
      : blocked
          .slice(0, 8)
          .map(
            (row) =>
              `${taskLine(row)}\n    ${row.because.map(({ message }) => message).join('; ')}`,
          )),
    ...(!claimed && blocked.length > 8 ? [`and ${blocked.length - 8} more: comm-node tasks`] : []),
  ];
  const brief = task === null ? '' : briefText(task, claimed);
  return `${brief}${lines.length === 0 ? '' : visible(`${brief === '' ? '' : '\n'}${lines.join('\n')}\n`)}`;
}
