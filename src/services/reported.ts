import type { Usage } from '../hosts/claude-usage.ts';
import { reportedCosts } from '../records/reported-cost.ts';

/** What Claude Code itself says the sessions of this project have cost. */
export interface Reported {
  readonly sessions: number;
  readonly usd: number;
  /** What went in and out; null where no OpenTelemetry tells it. */
  readonly tokens: number | null;
}

/**
 * Adds up what a file of status lines and OpenTelemetry says of the sessions of a project. Where a
 * session works is what its status line says, else its transcript: OpenTelemetry tells no folders.
 * @param usages the transcripts of this machine; only read when they are needed
 */
export async function reportedOf(
  text: string,
  isOwn: (cwd: string) => Promise<boolean>,
  usages: () => Promise<readonly Usage[]>,
): Promise<Reported> {
  const all = reportedCosts(text);
  const folders = all.some(({ cwd }) => cwd === undefined) ? foldersOf(await usages()) : new Map();
  const own = [];
  for (const one of all) {
    if (await isOwn(one.cwd ?? folders.get(one.session)?.cwd ?? '')) own.push(one);
  }
  const tokens = own.reduce((sum, one) => sum + (one.tokens ?? 0), 0);
  return {
    sessions: own.length,
    usd: own.reduce((sum, { usd }) => sum + usd, 0),
    tokens: tokens === 0 ? null : tokens,
  };
}

/** The last answer of each session: it tells where it worked last. */
function foldersOf(usages: readonly Usage[]): Map<string, Usage> {
  const last = new Map<string, Usage>();
  for (const usage of usages) {
    if (usage.at >= (last.get(usage.session)?.at ?? '')) last.set(usage.session, usage);
  }
  return last;
}
