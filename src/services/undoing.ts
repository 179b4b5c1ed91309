import { decidable } from '../bus/decidable.ts';
import { humanRefusal } from '../records/decide-order.ts';
import { decideUndo, type Undoing } from '../records/decide-undo.ts';
import type { Refusal } from '../records/request.ts';
import { no, type Outcome, yes } from './outcome.ts';
import type { Session } from './session.ts';

/** What undoing a commit does, or has done. */
export interface Undone {
  /** The commit that is undone. */
  readonly commit: string;
  readonly subject: string;
  readonly changes: readonly Undoing[];
  /** Records of it that stay: what was said, ordered and counted. */
  readonly stays: readonly string[];
  readonly told: readonly string[];
  /** `shown`: nothing was changed yet; `already`: all of it is so. */
  readonly state: 'shown' | 'already' | 'undone';
  /** The commit that undoes it. */
  readonly by: string | null;
}

/** Which commit, and whether it is to be done or only shown. */
export interface Undo {
  readonly commit: string;
  readonly why: string | undefined;
  readonly do: 'show' | 'publish';
}

/** Puts back what a commit of the coordination repository has changed, or shows what that would do. */
export async function undoCommit(session: Session, undo: Undo): Promise<Outcome<Undone>> {
  const { bus, agent } = session;
  const refused = humanRefusal(agent, 'undo commits');
  if (refused !== undefined) return no(refused);
  if (bus.hub.lane === 'push') await bus.receive();
  const found = await bus.commitFiles(undo.commit);
  if (found === undefined) return no(unknownCommit(undo.commit));
  const { oid, subject, files, parents } = found;
  if (parents > 1) return no(merged(oid));
  const payload = { commit: oid, subject: lineOf(subject), files, why: undo.why ?? '' };
  const request = session.request('undo', payload);
  const decision = decideUndo(decidable(await bus.view()), request);
  if ('refused' in decision) return no(decision.refused);
  const preview = 'granted' in decision ? decision.granted.result : decision.unneeded;
  const data = preview as unknown as Omit<Undone, 'state' | 'by'>;
  if ('unneeded' in decision) return yes({ ...data, state: 'already', by: null });
  if (undo.do === 'show') return yes({ ...data, state: 'shown', by: null });
  const outcome = await bus.publish(request, { deferrable: false });
  if ('refused' in outcome) return no(outcome.refused);
  // Somebody else may have done it between looking and publishing.
  if (!('published' in outcome)) return yes({ ...data, state: 'already', by: null });
  return yes({ ...data, state: 'undone', by: outcome.commit });
}

function lineOf(subject: string): string {
  const line = subject.trim();
  return line === '' ? '(no subject)' : line;
}

function unknownCommit(name: string): Refusal {
  return {
    code: 'unknown-commit',
    message: `the coordination repository has no commit "${name.slice(0, 80)}"`,
    hint: 'its id as git log shows it in a clone, or "commit" in the --json of the command that made it',
  };
}

function merged(oid: string): Refusal {
  return {
    code: 'not-undoable',
    message: `${oid.slice(0, 12)} is a merge that somebody made by hand: which side would go is not known`,
    hint: 'git revert -m 1 it in a clone of the coordination repository, and push',
  };
}
