import type { Violation } from '../boundaries/violation.ts';
import { formatDuration } from '../records/time.ts';
import { visible } from '../records/visible.ts';
import type { Finding } from '../services/guard.ts';

/** So many paths and imports are named for each reason; a push may have thousands. */
const SHOWN = 8;
/** What is older than this may have been overtaken. */
const OLD_MS = 60_000;

/** What was refused, and to whom. */
export interface Refused {
  readonly agent: string;
  readonly findings: readonly Finding[];
  readonly imports: readonly Violation[];
  /** How old what was judged by may be, in milliseconds; undefined: not known. */
  readonly ageMs: number | undefined;
}

/** Whether there is anything to refuse. */
export function isRefusal({ findings, imports }: Refused): boolean {
  return findings.length > 0 || imports.length > 0;
}

/** Why something is refused, and what to do next: whose it is, who holds it, until when, how to ask. */
export function refusalText(refused: Refused, now: number): string {
  const { agent, findings, imports, ageMs } = refused;
  const reasons = [...groupsOf(findings).values()].map((group) => reasonText(group, agent, now));
  const lines = [...reasons.flatMap(({ says }) => says), ...importLines(imports)];
  const next = [...new Set(reasons.flatMap((reason) => reason.next))];
  if (imports.length > 0) next.push('comm-node boundaries explain FILE');
  if (ageMs === undefined)
    lines.push('What is known here was never compared with the remote: comm-node sync');
  else if (ageMs > OLD_MS) lines.push(`This is as of ${formatDuration(ageMs)} ago: comm-node sync`);
  if (next.length > 0)
    lines.push('Next:', ...next.slice(0, SHOWN).map((command) => `  ${command}`));
  return visible(lines.join('\n'));
}

function groupsOf(findings: readonly Finding[]): Map<string, Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = keyOf(finding);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return groups;
}

function keyOf(finding: Finding): string {
  if (finding.rule === 'worktree') return `worktree ${finding.top}`;
  if (finding.rule === 'scope') return `scope ${finding.owner ?? ''}`;
  if (finding.rule === 'pause') return `pause ${finding.agent}`;
  if (finding.rule === 'lost') return `lost ${finding.lost.id}`;
  return `lock ${'lock' in finding ? finding.lock.id : finding.unreadable.path}`;
}

interface Reason {
  readonly says: readonly string[];
  readonly next: readonly string[];
}

function reasonText(group: readonly Finding[], agent: string, now: number): Reason {
  const [first] = group;
  if (!first) return { says: [], next: [] };
  if (first.rule === 'pause') return pauseReason(first);
  const paths = listed(group.map(({ path }) => path));
  if (first.rule === 'lost') return lostReason(first, paths);
  if (first.rule === 'worktree') {
    return {
      says: [
        `${paths} ${group.length > 1 ? 'lie' : 'lies'} in ${first.top}, the worktree of ${first.agent}.`,
      ],
      next: [`comm-node ask ${first.agent} ${question(first.path)}`],
    };
  }
  if (first.rule === 'scope') return scopeReason(first, paths, agent, group.length);
  if ('lock' in first) return lockReason(first, paths, now);
  const { path, message } = first.unreadable;
  return {
    says: [`${paths}: refused, because ${path} cannot be read (${message}) and so counts as held.`],
    next: ['comm-node doctor'],
  };
}

function pauseReason(finding: Finding & { rule: 'pause' }): Reason {
  const { agent } = finding;
  if ('unreadable' in finding) {
    const { path, message } = finding.unreadable;
    const says = `Nobody may change anything: ${path} is an order that cannot be read (${message}), and so counts as a stop.`;
    return { says: [says], next: ['comm-node doctor'] };
  }
  const { kind, by, created, body } = finding.order;
  if (kind === 'lost') return { says: [body], next: ['comm-node inbox', 'comm-node locks'] };
  const done = kind === 'stop' ? 'stopped' : 'paused';
  const why = body === '' ? '.' : `: ${body}`;
  const until =
    kind === 'stop'
      ? 'Change nothing more, and end the session. Mail may still be read and answered.'
      : 'Until it is resumed, nothing is changed, committed or pushed. Mail may still be read and answered.';
  return {
    says: [`${agent} was ${done} by ${by} at ${created}${why}`, until],
    next: [`comm-node ask ${by} 'May ${agent} go on?'`, 'comm-node inbox'],
  };
}

function lostReason({ lost }: Finding & { rule: 'lost' }, paths: string): Reason {
  const { holder, taken, fence, task } = lost;
  const about = task === undefined ? '' : ` for ${task}`;
  return {
    says: [
      `${paths}: ${holder} had gone silent, so its lock on ${listed(lost.paths)}${about} (fence ${fence}) was taken away at ${taken}. Others may have changed it since.`,
    ],
    next: [
      'comm-node locks',
      `comm-node lock ${lost.paths.map(quoted).slice(0, SHOWN).join(' ')} --wait 10m`,
    ],
  };
}

function scopeReason(
  { owner, agents, path }: Finding & { rule: 'scope' },
  paths: string,
  agent: string,
  count: number,
): Reason {
  const belongs = count === 1 ? 'belongs' : 'belong';
  if (owner === null) {
    const says = `${paths} ${belongs} to no domain, so not to ${agent}.`;
    return { says: [says], next: [`comm-node ask human ${question(path)}`] };
  }
  const who = agents.length > 0 ? ` (${agents.join(', ')})` : '';
  const ask = agents.length > 0 ? owner : 'human';
  return {
    says: [`${paths} ${belongs} to the domain ${owner}${who}, not to ${agent}.`],
    next: [`comm-node ask ${ask} ${question(path)}`],
  };
}

function lockReason(
  { lock, path }: Extract<Finding, { lock: unknown }>,
  paths: string,
  now: number,
): Reason {
  const { holder, expires, task, why, exclusive } = lock;
  const left = Date.parse(expires) - now;
  const until =
    left > 0 ? `until ${expires} (${formatDuration(left)} left)` : 'and about to expire';
  const about = [task && `for ${task}`, why && `: ${why}`].filter(Boolean).join('');
  const kind = exclusive ? 'is locked' : 'is locked (shared)';
  return {
    says: [
      `${paths} ${kind} by ${holder} ${until}${about === '' ? '' : ` ${about}`.replace(' :', ':')}.`,
    ],
    next: [
      `comm-node ask ${holder} ${question(path)}`,
      `comm-node lock ${quoted(path)} --wait 10m`,
    ],
  };
}

function importLines(imports: readonly Violation[]): string[] {
  const lines = imports.slice(0, SHOWN).map(({ file, line, message, why, instead }) => {
    const more = [why, instead].filter((text) => text !== '').join(' ');
    return `${file}:${line}: ${message}${more === '' ? '' : ` (${more})`}`;
  });
  if (imports.length > SHOWN) lines.push(`and ${imports.length - SHOWN} more imports`);
  return lines;
}

function listed(all: readonly string[]): string {
  const paths = [...new Set(all)];
  const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '';
  return paths.slice(0, SHOWN).join(', ') + more;
}

function question(path: string): string {
  return quoted(`May I change ${path}? I need it for …`);
}

/** A word for sh. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
