import type { Issue, IssueStatus } from './tracker.ts';

/** What `bd` printed, whatever its version. */
export interface BeadsAnswer {
  /** Every object in it that is an issue. */
  readonly issues: readonly Issue[];
  /** The objects themselves: an answer of another kind is among them. */
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  /** What it calls an error. */
  readonly error?: string;
  /** Nothing was printed, or nothing that is JSON. */
  readonly isEmpty: boolean;
}

/**
 * Takes an answer of `bd … --json` apart: an array, one object, an envelope `{data}`, `{error}`, an
 * object that holds issues (`{closed: […]}`), nothing at all, or lines of talk before any of them.
 */
export function readAnswer(stdout: string): BeadsAnswer {
  const root = parse(stdout);
  if (root === undefined) return { issues: [], objects: [], isEmpty: true };
  const objects = objectsIn(root);
  const issues = objects.flatMap((one) => issueOf(one) ?? []);
  const error = objects
    .map(({ error: told }) => told)
    .find((told) => typeof told === 'string' && told !== '');
  return { issues, objects, isEmpty: false, ...(typeof error === 'string' ? { error } : {}) };
}

function parse(stdout: string): unknown {
  const text = stdout.trim();
  if (text === '') return undefined;
  // Warnings may stand before the answer; it begins a line.
  const starts = [0, ...[...text.matchAll(/\n(?=[[{])/g)].map(({ index }) => index + 1)];
  for (const start of starts) {
    try {
      return JSON.parse(text.slice(start));
    } catch {
      // The next line may be its beginning.
    }
  }
  return undefined;
}

function objectsIn(root: unknown): Record<string, unknown>[] {
  if (Array.isArray(root)) return root.flatMap(objectsIn);
  if (typeof root !== 'object' || root === null) return [];
  const object = root as Record<string, unknown>;
  if ('id' in object && 'title' in object) return [object];
  const inner = ['data', 'closed', 'claimed', 'issues', 'issue'].flatMap((key) =>
    objectsIn(object[key]),
  );
  return [object, ...inner];
}

const STATUSES: Readonly<Record<string, IssueStatus>> = {
  open: 'open',
  in_progress: 'in_progress',
  hooked: 'in_progress',
  blocked: 'blocked',
  closed: 'done',
};

/** An issue of Beads as trackers tell it; undefined if the object is none. Deleted ones are none. */
export function issueOf(raw: Readonly<Record<string, unknown>>): Issue | undefined {
  const { id, title, status, priority, assignee, labels, description } = raw;
  if (typeof id !== 'string' || typeof title !== 'string' || status === 'tombstone')
    return undefined;
  const acceptance = raw['acceptance_criteria'];
  return {
    id,
    title,
    status: STATUSES[String(status)] ?? 'other',
    priority: typeof priority === 'number' ? priority : 2,
    ...(typeof assignee === 'string' && assignee !== '' ? { assignee } : {}),
    labels: Array.isArray(labels) ? labels.filter((one) => typeof one === 'string') : [],
    dependsOn: dependenciesOf(id, raw['dependencies']),
    ...(typeof description === 'string' && description !== '' ? { description } : {}),
    ...(typeof acceptance === 'string' && acceptance !== '' ? { acceptance } : {}),
  };
}

const BLOCKING: ReadonlySet<unknown> = new Set([
  undefined,
  'blocks',
  'conditional-blocks',
  'waits-for',
]);

/** In lists these are edges, in `show` whole issues. */
function dependenciesOf(id: string, raw: unknown): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((one: Record<string, unknown>) => {
    const on = one?.['depends_on_id'] ?? one?.['id'];
    const type = one?.['type'] ?? one?.['dependency_type'];
    return typeof on === 'string' && on !== id && BLOCKING.has(type) ? [on] : [];
  });
}
