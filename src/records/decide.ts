import { decideArchive } from './decide-archive.ts';
import { decideArtifact } from './decide-artifact.ts';
import { decideBudgetGrant, decideBudgetRequest, decideBudgetVerdict } from './decide-budget.ts';
import { decideClaim } from './decide-claim.ts';
import { decideDone } from './decide-done.ts';
import { decideInit } from './decide-init.ts';
import { decideJoin } from './decide-join.ts';
import { decideKickoff } from './decide-kickoff.ts';
import { decideLeave } from './decide-leave.ts';
import { decideLock } from './decide-lock.ts';
import { decideLost } from './decide-lost.ts';
import { decideOrder } from './decide-order.ts';
import { decideOrderAck } from './decide-order-ack.ts';
import { decidePlan } from './decide-plan.ts';
import { decideRead } from './decide-read.ts';
import { decideReassign } from './decide-reassign.ts';
import { decideRenew } from './decide-renew.ts';
import { decideSend } from './decide-send.ts';
import { decideBlock, decideReopen, decideTick } from './decide-task.ts';
import { decideUndo } from './decide-undo.ts';
import { decideUnlock } from './decide-unlock.ts';
import { decideViolation } from './decide-violation.ts';
import { decideWithdraw } from './decide-withdraw.ts';
import { isId } from './ids.ts';
import { isOfLocks, standingOf } from './lock-standing.ts';
import { isName } from './names.ts';
import type { Decision, Request } from './request.ts';
import { invalidRequest, isLine } from './schema.ts';
import type { State } from './state.ts';
import { parseTime } from './time.ts';
import { oneLine } from './visible.ts';

/**
 * Answers one kind of request. Same state, request and now, same decision: it is made again by
 * whoever publishes, on any machine.
 * @param now milliseconds since 1970
 */
export type Decide = (state: State, request: Request, now: number) => Decision | Promise<Decision>;

const KINDS: ReadonlyMap<string, Decide> = new Map<string, Decide>([
  ['init', decideInit],
  ['join', decideJoin],
  ['leave', decideLeave],
  ['send', decideSend],
  ['read', decideRead],
  ['lock', decideLock],
  ['unlock', decideUnlock],
  ['renew', decideRenew],
  ['violation', decideViolation],
  ['budget-request', decideBudgetRequest],
  ['budget-verdict', decideBudgetVerdict],
  ['budget-grant', decideBudgetGrant],
  ['plan', decidePlan],
  ['claim', decideClaim],
  ['done', decideDone],
  ['block', decideBlock],
  ['reopen', decideReopen],
  ['tick', decideTick],
  ['archive', decideArchive],
  ['lost', decideLost],
  ['order', decideOrder],
  ['order-ack', decideOrderAck],
  ['reassign', decideReassign],
  ['undo', decideUndo],
  ['withdraw', decideWithdraw],
  ['artifact', decideArtifact],
  ['kickoff', decideKickoff],
]);

/**
 * Decides a request on a state. Never throws for what the request says: it may come from another
 * machine, and a helper must go on with the next one. Codes beside those of the kinds:
 * `unknown-kind`, `invalid-request`. A key that the agent has used already is `unneeded`, with the
 * first record's id.
 * @param now milliseconds since 1970
 */
export function decide(state: State, request: Request, now: number): Decision | Promise<Decision> {
  const decideKind = KINDS.get(request.kind);
  if (decideKind === undefined) return { refused: unknownKind(request.kind) };
  const key = envelopeFault(request);
  if (key !== undefined) return { refused: invalidRequest(request.kind, ...key) };
  const first = request.key === undefined ? undefined : state.published(request.agent, request.key);
  if (first !== undefined) return { unneeded: { id: first } };
  return decideKind(state, request, now);
}

/**
 * The result of a request that has landed before, for whoever asks again. Deciding tells it once
 * more; but a lock is told as it stands, since what was granted may be over, and what would be
 * granted now was not.
 */
export async function resultAgain(
  state: State,
  request: Request,
  now: number,
): Promise<Readonly<Record<string, unknown>>> {
  if (isOfLocks(request.kind)) return standingOf(state, request);
  const { key: _key, ...again } = request;
  const decision = await decide(state, again, now);
  if ('granted' in decision) return decision.granted.result;
  // What it asked for stands: that is how it looks once it has landed.
  return 'unneeded' in decision ? decision.unneeded : { id: request.id };
}

function envelopeFault({ id, agent, at, key }: Request): [string, string] | undefined {
  if (typeof id !== 'string' || !isId(id)) return ['id', 'a ULID'];
  if (typeof agent !== 'string' || !isName('agent', agent))
    return ['agent', 'the name of an agent'];
  if (typeof at !== 'string' || parseTime(at) === undefined) return ['at', 'a time'];
  if (key !== undefined && (typeof key !== 'string' || !isLine(key))) return ['key', 'one line'];
  return undefined;
}

function unknownKind(kind: unknown) {
  return {
    code: 'unknown-kind',
    message: `this comm-node does not know requests of the kind "${oneLine(String(kind), 40)}"`,
    hint: 'upgrade it: npm install -g comm-node@latest',
    data: { kind: oneLine(String(kind), 40) },
  };
}
