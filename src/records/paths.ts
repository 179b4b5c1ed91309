import { idTime, isId } from './ids.ts';
import { formatTime } from './time.ts';

export type Room =
  | 'messages'
  | 'receipts'
  | 'violations'
  | 'archives'
  | 'agents'
  | 'locks'
  | 'waits'
  | 'artifacts'
  | 'budgets'
  | 'tasks'
  | 'plans'
  | 'kickoff'
  | 'orders'
  | 'acks'
  | 'lost'
  | 'project';

/** The settings of the project. */
export const PROJECT_PATH = 'comm-node.toml';

/** The last fence that was given, in the folder of the locks. */
export const FENCE_PATH = 'locks/fence.md';

// How many folders lie between the room and the record, and whether the record is named by its id.
const SHAPES: Readonly<Record<Exclude<Room, 'project'>, { depth: number; ids: boolean }>> = {
  messages: { depth: 3, ids: true },
  receipts: { depth: 4, ids: true },
  violations: { depth: 3, ids: true },
  archives: { depth: 0, ids: true },
  agents: { depth: 0, ids: false },
  locks: { depth: 0, ids: true },
  waits: { depth: 0, ids: true },
  artifacts: { depth: 1, ids: false },
  budgets: { depth: 1, ids: true },
  tasks: { depth: 0, ids: false },
  plans: { depth: 0, ids: false },
  kickoff: { depth: 0, ids: false },
  orders: { depth: 0, ids: true },
  acks: { depth: 0, ids: true },
  lost: { depth: 0, ids: true },
};

/** `messages/2026/11/22/<id>.md`; the date is that of the id, in UTC. Throws UsageError on a bad id, as all of these. */
export function messagePath(id: string): string {
  return `messages/${dated(id)}`;
}

/** `receipts/<agent>/2026/11/22/<id>.md` */
export function receiptPath(agent: string, id: string): string {
  return `receipts/${agent}/${dated(id)}`;
}

/** `violations/2026/11/22/<id>.md` */
export function violationPath(id: string): string {
  return `violations/${dated(id)}`;
}

/** `agents/<name>.md` */
export function agentPath(name: string): string {
  return `agents/${name}.md`;
}

/** `locks/<id>.md` */
export function lockPath(id: string): string {
  idTime(id);
  return `locks/${id}.md`;
}

/** `waits/<id>.md` */
export function waitPath(id: string): string {
  idTime(id);
  return `waits/${id}.md`;
}

/** `artifacts/<domain>/<name>.md` */
export function artifactPath(domain: string, name: string): string {
  return `artifacts/${domain}/${name}.md`;
}

/** `artifacts/<domain>/files/<name>`: the content of an artifact. */
export function artifactFilePath(domain: string, name: string): string {
  return `artifacts/${domain}/files/${name}`;
}

/** The domain and the name that the path of an artifact's record says; undefined if it is none. */
export function artifactPlace(path: string): { domain: string; name: string } | undefined {
  const name = recordId(path);
  const [room, domain] = path.split('/', 2);
  return room !== 'artifacts' || name === '' || !domain ? undefined : { domain, name };
}

/** `kickoff/<name>.md` */
export function kickoffPath(name: string): string {
  return `kickoff/${name}.md`;
}

/** `tasks/<id>.md` */
export function taskPath(id: string): string {
  return `tasks/${id}.md`;
}

/** `plans/<name>.md` */
export function planPath(name: string): string {
  return `plans/${name}.md`;
}

/** `orders/<id>.md` */
export function orderPath(id: string): string {
  idTime(id);
  return `orders/${id}.md`;
}

/** `acks/<id>.md` */
export function orderAckPath(id: string): string {
  idTime(id);
  return `acks/${id}.md`;
}

/** `lost/<id>.md`; the id is that of the lock. */
export function lostLockPath(id: string): string {
  idTime(id);
  return `lost/${id}.md`;
}

/** `budgets/<task>/<id>.md` */
export function budgetPath(task: string, id: string): string {
  idTime(id);
  return `budgets/${task}/${id}.md`;
}

/** `archives/<id>.md` */
export function archivePath(id: string): string {
  idTime(id);
  return `archives/${id}.md`;
}

function dated(id: string): string {
  return `${dayOf(idTime(id))}/${id}.md`;
}

const DAY_MS = 86_400_000;
let lastDay = { number: Number.NaN, text: '' };

// Records come day by day: the day of the one before is nearly always this one's, and making its text is slow.
function dayOf(ms: number): string {
  const number = Math.floor(ms / DAY_MS);
  if (number !== lastDay.number) {
    lastDay = { number, text: formatTime(ms).slice(0, 10).replaceAll('-', '/') };
  }
  return lastDay.text;
}

/**
 * What kind of record lies at this path of the coordination repository; undefined if it is none:
 * the content of an artifact, a README, a file beside the records. A record in the right room but
 * at a wrong place in it still belongs to the room, so that it can be reported.
 */
export function roomOf(path: string): Room | undefined {
  if (path === PROJECT_PATH) return 'project';
  const end = path.indexOf('/');
  const room = path.slice(0, Math.max(0, end));
  if (!isRoom(room) || !path.endsWith('.md') || path.endsWith('/README.md')) return undefined;
  return room === 'artifacts' && path.split('/', 3)[2] === 'files' ? undefined : room;
}

function isRoom(text: string): text is keyof typeof SHAPES {
  return Object.hasOwn(SHAPES, text);
}

/** Whether the path is that of a message, receipt or violation, in its right place: what an archive may take. */
export function isDated(path: string): boolean {
  const room = roomOf(path);
  if (room !== 'messages' && room !== 'receipts' && room !== 'violations') return false;
  const id = recordId(path);
  return id !== '' && path.endsWith(`/${dated(id)}`);
}

/** Whether what lies at the path never changes: a dated record, or an entry of a budget. */
export function isImmutable(path: string): boolean {
  return isDated(path) || (roomOf(path) === 'budgets' && recordId(path) !== '');
}

/** The id (or the name) that the path of a record says; '' if it is none, or lies at a wrong depth. */
export function recordId(path: string): string {
  const room = roomOf(path);
  if (room === undefined || room === 'project') return '';
  const { depth, ids } = SHAPES[room];
  if (slashesIn(path) !== depth + 1) return '';
  const name = path.slice(path.lastIndexOf('/') + 1, -'.md'.length);
  return !ids || isId(name) ? name : '';
}

function slashesIn(path: string): number {
  let count = 0;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) count++;
  return count;
}
