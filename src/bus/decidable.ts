import type { Oid } from '../git/objects.ts';
import { type Project, parseProject } from '../records/project.ts';
import type { State } from '../records/state.ts';
import { keyOf, type StateFold } from './state-fold.ts';

/**
 * The state as decisions see it; it follows the fold as that moves on.
 * @param datedPaths lists the dated records in the tree of a commit
 */
export function decidable(
  fold: StateFold,
  datedPaths: (commit: Oid | undefined) => Promise<readonly string[]>,
): State {
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
    published: (agent, key) => fold.keys.get(keyOf(agent, key)),
    datedPaths: () => datedPaths(fold.commit),
  };
}
