import type { View } from '../bus/view.ts';
import { lockBoard } from '../records/lock-board.ts';
import { ALL, HUMAN } from '../records/names.ts';
import { agentsOf, isHere } from '../records/roster.ts';
import { type WaitsOn, whoWaits } from '../records/waiting.ts';

/** Who waits on whom, as this machine knows it. */
export function waitingIn({ fold }: View, now: number): WaitsOn[] {
  const meant = (name: string): readonly string[] => {
    if (name === HUMAN || isHere(fold.agents.get(name))) return [name];
    return name === ALL ? [] : agentsOf(fold, name);
  };
  const board = lockBoard(fold, fold.clockSkewMs);
  return whoWaits({ board, questions: fold.questions.values(), tasks: fold.tasks, meant }, now);
}
