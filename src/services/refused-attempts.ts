import type { Finding, Guard } from './guard.ts';
import { type Attempt, recordViolation } from './violations.ts';

/** Where an attempt was seen, and what became of it. */
export type Seen = Pick<Attempt, 'outcome' | 'place'> & { readonly commit?: string };

/** An import that the rules refuse, as far as a record tells it. */
export interface BrokenImport {
  readonly file: string;
  readonly message: string;
}

/** One record tells of so many paths; a push may touch thousands. */
const PATHS = 50;

/**
 * Records what was refused, or what was seen when it had happened: one record for each owner and
 * each lock. They wait on this machine. A record that cannot be kept changes no answer.
 */
export async function recordFindings(
  guard: Guard,
  findings: readonly Finding[],
  imports: readonly BrokenImport[],
  seen: Seen,
): Promise<void> {
  const attempts = [...groups(findings), ...importAttempt(imports)];
  for (const attempt of attempts) {
    const repo = guard.repo === '' ? {} : { repo: guard.repo };
    try {
      await recordViolation(guard, { ...attempt, ...seen, ...repo });
    } catch {
      // A full or read-only disk must not turn a refusal into something else.
      return;
    }
  }
}

/** Records that a tool was refused because nobody could read what it was about to do. */
export async function recordUnreadableCall(guard: Guard): Promise<void> {
  const attempt = { rule: 'unreadable', outcome: 'refused', place: 'edit', paths: [] } as const;
  const body = 'What a tool was about to do could not be read.';
  await recordViolation(guard, { ...attempt, body }).catch(() => undefined);
}

type Told = Omit<Attempt, 'outcome' | 'place' | 'repo'>;

function groups(findings: readonly Finding[]): Told[] {
  const known = new Map<string, { finding: Finding; paths: Set<string> }>();
  for (const finding of findings) {
    const key = keyOf(finding);
    const group = known.get(key) ?? { finding, paths: new Set() };
    if (finding.path !== '') group.paths.add(finding.path);
    known.set(key, group);
  }
  return [...known.values()].map(({ finding, paths }) => toldOf(finding, [...paths]));
}

function keyOf(finding: Finding): string {
  if (finding.rule === 'worktree') return `worktree ${finding.top}`;
  if (finding.rule === 'scope') return `scope ${finding.owner ?? ''}`;
  if (finding.rule === 'pause') return `pause ${finding.agent}`;
  if (finding.rule === 'lost') return `lost ${finding.lost.id}`;
  return 'lock' in finding ? `lock ${finding.lock.id}` : `lock ${finding.unreadable.path}`;
}

function toldOf(finding: Finding, all: readonly string[]): Told {
  const paths = all.slice(0, PATHS);
  const more = all.length > PATHS ? ` and ${all.length - PATHS} more paths` : '';
  if (finding.rule === 'worktree') {
    const { agent, top } = finding;
    return { rule: 'scope', paths, owner: agent, body: `${top} is the worktree of ${agent}.` };
  }
  if (finding.rule === 'scope') {
    const owner = finding.owner ?? undefined;
    const whose = owner === undefined ? 'belongs to no domain' : `belongs to the domain ${owner}`;
    return {
      rule: 'scope',
      paths,
      ...(owner ? { owner } : {}),
      body: `${all[0]}${more} ${whose}.`,
    };
  }
  if (finding.rule === 'pause') {
    const what = 'order' in finding ? `${finding.order.kind} by ${finding.order.by}` : 'unreadable';
    return { rule: 'pause', paths, body: `${finding.agent} may not work: ${what}.` };
  }
  if (finding.rule === 'lost') {
    const { id, taken } = finding.lost;
    const body = `${all[0]}${more}: the lock was taken away at ${taken}.`;
    return { rule: 'lock', paths, lock: id, body };
  }
  if ('lock' in finding) {
    const { id, holder, expires } = finding.lock;
    const body = `${all[0]}${more}: locked by ${holder} until ${expires}.`;
    return { rule: 'lock', paths, owner: holder, lock: id, body };
  }
  return {
    rule: 'lock',
    paths,
    body: `A lock that cannot be read counts as held: ${finding.unreadable.path}.`,
  };
}

function importAttempt(imports: readonly BrokenImport[]): Told[] {
  if (imports.length === 0) return [];
  const paths = [...new Set(imports.map(({ file }) => file))].slice(0, PATHS);
  const body = imports
    .slice(0, 10)
    .map(({ message }) => message)
    .join('\n');
  return [{ rule: 'imports', paths, body }];
}
