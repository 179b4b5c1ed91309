import { introduced } from '../boundaries/baseline.ts';
import type { Violation } from '../boundaries/violation.ts';
import {
  type Change,
  checkoutOf,
  type HookedRepository,
  hasCommit,
  mayBreakImports,
} from '../sources/changes.ts';
import type { Checkout } from '../sources/checkout.ts';
import { listCommit, listIndex } from '../sources/list-checkout.ts';
import { ListedTree } from '../sources/listed-tree.ts';
import { Listing } from '../sources/listing.ts';
import { checkSource, type LintRequest, openRules, withBaseline } from './linting.ts';

/** What the check of imports needs to know of where it runs. */
export interface ImportGate {
  readonly repository: HookedRepository;
  /** comm-node's folder on this machine. */
  readonly home: string;
}

const RULES = 'boundaries.toml';

/** The imports that the commit being made would break: those that were broken before are not its fault. */
export async function stagedViolations(
  gate: ImportGate,
  changes: readonly Change[],
): Promise<readonly Violation[]> {
  if (!changes.some(mayBreakImports)) return [];
  const checkout = await checkoutOf(gate.repository);
  return brought(gate, checkout, await listIndex(checkout), 'HEAD');
}

/**
 * The imports that a commit breaks, against another one.
 * @param before undefined: there was nothing
 */
export async function committedViolations(
  gate: ImportGate,
  changes: readonly Change[],
  commit: string,
  before: string | undefined,
): Promise<readonly Violation[]> {
  if (!changes.some(mayBreakImports)) return [];
  const checkout = await checkoutOf(gate.repository);
  const isBare = gate.repository.env['GIT_QUARANTINE_PATH'] !== undefined;
  const onDisk = isBare ? Listing.of([]) : await listIndex(checkout);
  return brought(gate, checkout, await listCommit(checkout, commit, onDisk), before);
}

async function brought(
  gate: ImportGate,
  checkout: Checkout,
  listing: Listing,
  before: string | undefined,
): Promise<readonly Violation[]> {
  const files = listing.paths.filter(isRules);
  const found: Violation[] = [];
  for (const config of files) {
    const request = { cwd: checkout.top, env: {}, home: gate.home, config };
    const report = await judged(request, checkout, listing);
    // The clean case ends here: what was before is only looked at when something is wrong now.
    if (!report || report.violations.every(({ baseline }) => baseline)) continue;
    const earlier =
      before === undefined || !(await existed(checkout, before))
        ? undefined
        : await judged(request, checkout, await listCommit(checkout, before, listing));
    const fresh = earlier ? introduced(report, earlier) : report;
    found.push(...fresh.violations.filter(({ baseline }) => !baseline));
  }
  return found;
}

function isRules(path: string): boolean {
  return path === RULES || path.endsWith(`/${RULES}`);
}

/** The report on a listing; undefined where its rules were not there yet. */
async function judged(request: LintRequest, checkout: Checkout, listing: Listing) {
  if (request.config === undefined || listing.row(request.config) === undefined) return undefined;
  const tree = await ListedTree.open(checkout, listing);
  const source = await openRules(request, { checkout, tree });
  return withBaseline(request, source, await checkSource(request, source));
}

async function existed(checkout: Checkout, commit: string): Promise<boolean> {
  return hasCommit({ cwd: checkout.top, env: checkout.env }, commit);
}
