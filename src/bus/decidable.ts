import type { Oid } from '../git/objects.ts';
import type { Ledger } from '../records/ledger.ts';
import { type Project, parseProject } from '../records/project.ts';
import type { State } from '../records/state.ts';
import { keyOf, type StateFold } from './state-fold.ts';

/** What a decision may ask for that is not in the fold. */
export interface Shelf {
  readonly fold: StateFold;
  /** The dated records in the tree of a commit. */
  datedPaths(commit: Oid | undefined): Promise<readonly string[]>;
  /** The budgets as the fold has them. */
  ledger(): Promise<Ledger>;
}

/** The state as decisions see it; it follows the fold as that moves on. */
export function decidable(shelf: Shelf): State {
  const { fold } = shelf;
  let parsed: { readonly text: string; readonly project: Project | undefined } | undefined;
  return {
    get commit() {
      return fold.commit;
    },
    get project() {
      const text = fold.projectText;
      if (parsed?.text !== text) {
        parsed = { text, project: text === '' ? undefined : parseProject(text) };
      }
      return parsed.project;
    },
    get projectText() {
      return fold.projectText;
    },
    get agents() {
      return fold.agents;
    },
    get artifacts() {
      return fold.artifacts;
    },
    get tasks() {
      return fold.tasks;
    },
    get live() {
      return fold.live;
    },
    get malformed() {
      return fold.malformed;
    },
    recordAt: (path) => fold.recordAt(path),
    published: (agent, key) => fold.keys.get(keyOf(agent, key)),
    datedPaths: () => shelf.datedPaths(fold.commit),
    ledger: () => shelf.ledger(),
  };
}
