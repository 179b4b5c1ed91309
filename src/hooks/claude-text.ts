import { formatDuration } from '../records/time.ts';
import { visible } from '../records/visible.ts';
import type { News } from '../services/mail-news.ts';
import type { Brief } from '../services/session-brief.ts';
import type { Unfinished } from '../services/stop-gate.ts';

/** Claude Code takes 10 000 characters of a text; what is longer it puts into a file nobody asked for. */
const LONGEST = 9000;
const PEERS = 20;
const LOCKS = 10;

/** A text as the host may show it to the model: nothing hidden in it, and not too long. */
export function fit(text: string): string {
  const shown = visible(text);
  if (shown.length <= LONGEST) return shown;
  const cut = shown.slice(0, LONGEST);
  return `${cut.slice(0, cut.lastIndexOf('\n') + 1 || LONGEST)}… (more: comm-node status)`;
}

/** New mail, one line each; '' when there is none. */
export function newsText({ rows, more, unread }: News): string {
  if (rows.length === 0) return '';
  const lines = rows.map(
    ({ short, from, type, priority, summary, tokens, blocks, ackRequired }) => {
      const marks = [
        priority === 'high' ? '[!]' : '',
        blocks ? '(somebody waits for the answer)' : '',
        ackRequired ? '(wants an ack)' : '',
      ].filter(Boolean);
      const about = [type.replaceAll('_', ' '), ...marks].join(' ');
      return `${short} from ${from}, ${about}: ${summary} (${tokens} tokens)`;
    },
  );
  if (more > 0) lines.push(`and ${more} more`);
  const next = rows.some(({ type }) => type === 'question')
    ? 'comm-node read ID, then comm-node answer ID "TEXT"'
    : 'comm-node read ID';
  return `New mail (${unread} unread): ${next}\n${lines.join('\n')}`;
}

/** Who the session is and what is around it. */
export function briefText(brief: Brief, now: number): string {
  const { agent, project, domain, scope, role, peers, locks } = brief;
  const own = scope === undefined ? 'all that no other domain claims' : scope.join(', ');
  const lines = [
    `comm-node: this session is the agent ${agent} of the project ${project}${role ? ` (${role})` : ''}.`,
    ...(domain === undefined
      ? []
      : [`Its domain is ${domain}: ${own}. Hooks refuse changes elsewhere.`]),
    peers.length === 0 ? 'Nobody else is here.' : `Also here: ${peersText(peers)}.`,
  ];
  if (brief.halt !== undefined) {
    const { kind, by, why } = brief.halt;
    const done = kind === 'stop' ? 'stopped' : 'paused';
    lines.push(
      `It is ${done} by ${by}${why === '' ? '' : `: ${why.trim()}`} Hooks refuse changes, commits and pushes until ${by} resumes it; mail may be read and answered (comm-node ask ${by} "…").`,
    );
  }
  if (brief.isUnguarded) {
    lines.push(
      'No hook of comm-node stands before a commit in this worktree: comm-node hooks install.',
    );
  }
  if (locks.length > 0)
    lines.push(`It holds from before: ${locksText(locks, now)} (comm-node unlock).`);
  return lines.join('\n');
}

function peersText(peers: Brief['peers']): string {
  const shown = peers.slice(0, PEERS).map(({ name, domain, role }) => {
    const about = [domain, role].filter((text) => text !== undefined && text !== name).join(': ');
    return about === '' ? name : `${name} (${about})`;
  });
  const more = peers.length > PEERS ? ` and ${peers.length - PEERS} more` : '';
  return shown.join(', ') + more;
}

function locksText(locks: Brief['locks'], now: number): string {
  const shown = locks.slice(0, LOCKS).map(({ paths, holder, expires }) => {
    const left = Math.max(0, Date.parse(expires) - now);
    return `${paths.join(', ')} (${holder}, ${formatDuration(left)} left)`;
  });
  const more = locks.length > LOCKS ? ` and ${locks.length - LOCKS} more` : '';
  return shown.join('; ') + more;
}

/** Why a session should not stop yet. */
export function unfinishedText({ questions, locks }: Unfinished, now: number): string {
  const lines: string[] = [];
  for (const { id, from, summary } of questions.slice(0, LOCKS)) {
    const short = id.slice(-7);
    lines.push(
      `${from} waits for an answer to ${short}: ${summary}`,
      `  comm-node read ${short}, then comm-node answer ${short} "TEXT"`,
    );
  }
  if (locks.length > 0) {
    lines.push(
      `Still locked: ${locksText(locks, now)}`,
      '  comm-node unlock, or comm-node renew if it is needed on',
    );
  }
  return `Before this session stops:\n${lines.join('\n')}\nThis is said once.`;
}
