/** What a session says it has cost, as Claude Code reckons it. */
export interface ReportedCost {
  readonly session: string;
  /** The folder it worked in last. */
  readonly cwd: string;
  /** Dollars. */
  readonly usd: number;
}

interface StatusLine {
  readonly session_id?: unknown;
  readonly workspace?: { readonly current_dir?: unknown };
  readonly cwd?: unknown;
  readonly cost?: { readonly total_cost_usd?: unknown };
}

/**
 * Adds up what Claude Code hands to status lines, a JSON object a line. The cost of a session grows
 * from line to line, and begins anew at `/clear`: what it was before is kept. What is no such line is
 * passed over.
 */
export function reportedCosts(text: string): ReportedCost[] {
  const sessions = new Map<string, { cwd: string; before: number; now: number }>();
  for (const line of text.split('\n')) {
    const { session_id: id, workspace, cwd, cost } = statusLine(line);
    const usd = cost?.total_cost_usd;
    const folder = workspace?.current_dir ?? cwd;
    if (typeof id !== 'string' || typeof usd !== 'number' || !(usd >= 0)) continue;
    const known = sessions.get(id) ?? { cwd: '', before: 0, now: 0 };
    sessions.set(id, {
      cwd: typeof folder === 'string' ? folder : known.cwd,
      before: usd < known.now ? known.before + known.now : known.before,
      now: usd,
    });
  }
  return [...sessions].map(([session, { cwd, before, now }]) => ({
    session,
    cwd,
    usd: before + now,
  }));
}

function statusLine(line: string): StatusLine {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
