import { distance } from 'fastest-levenshtein';
import { UsageError } from '../errors.ts';

/** The person in charge: an agent that every project has. */
export const HUMAN = 'human';
/** Who speaks for the watchdog, wherever it runs: no agent has this name. */
export const WATCHDOG = 'watchdog';
/** The recipient that means everyone. */
export const ALL = 'all';

export type NameKind = 'agent' | 'domain' | 'project' | 'plan';

const NAME = /^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
// Names become file names, and Windows opens a device for these, whatever the extension:
// https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;
const REPO = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;
const TASK = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/;
// A file name on every system: no folder, nothing hidden, no dot at the end (Windows drops it).
const ARTIFACT = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$/;

/** Whether the text may name an agent, a domain or a project. */
export function isName(kind: NameKind, name: string): boolean {
  return nameFault(kind, name) === undefined;
}

/** Whether the text may name a domain repository: letters, digits, `.`, `_`, `-`, at most 100. */
export function isRepo(name: string): boolean {
  return REPO.test(name);
}

/** Whether the text may be the id of a task, such as `bd-123` or `bd-a3f8.1`. */
export function isTask(id: string): boolean {
  return TASK.test(id);
}

/**
 * Whether the text may name an artifact: a file name of letters, digits, `.`, `_`, `-`, at most
 * 100. `README` is not one, since `README.md` beside the records is for people.
 */
export function isArtifactName(name: string): boolean {
  const stem = name.split('.', 1)[0] ?? '';
  return ARTIFACT.test(name) && name !== 'README' && !DEVICE.test(stem.toLowerCase());
}

/** What is wrong with a name, as the end of a sentence; undefined if nothing is. */
export function nameFault(kind: NameKind, name: string): string | undefined {
  if (DEVICE.test(name)) return 'is the name of a device on Windows';
  if (name === ALL) return 'means everyone';
  if (name === HUMAN && kind !== 'agent') return 'is the person in charge';
  if (NAME.test(name)) return undefined;
  if (name.length > 40) return 'is longer than 40 characters';
  return 'is not made of lower-case letters, digits and inner hyphens, starting with a letter';
}

/**
 * Checks a name a person typed.
 * @throws UsageError with an example
 */
export function checkName(kind: NameKind, name: string): void {
  const fault = nameFault(kind, name);
  if (fault === undefined) return;
  throw new UsageError(
    `"${name.slice(0, 60)}" cannot name a${kind === 'agent' ? 'n' : ''} ${kind}: it ${fault}`,
    {
      hint: `choose a name such as ${nearName(name) ?? 'backend'}`,
      data: { kind, name: name.slice(0, 60) },
    },
  );
}

// What was meant, if lower case and hyphens are all that it lacks.
function nearName(name: string): string | undefined {
  const near = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return isName('project', near) ? near : undefined;
}

/**
 * The known names closest to what was typed, best first, at most three: those within a third of
 * its length in edits, and those that begin with it.
 */
export function nearest(name: string, known: readonly string[]): string[] {
  const typed = name.slice(0, 100).toLowerCase();
  const limit = Math.max(2, Math.floor(typed.length / 3));
  return known
    .map((candidate) => ({ candidate, far: farness(typed, candidate.toLowerCase()) }))
    .filter(({ far, candidate }) => far <= limit && far < candidate.length)
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

function farness(typed: string, candidate: string): number {
  if (typed.length > 1 && candidate.startsWith(typed)) return 1;
  return distance(typed, candidate);
}
