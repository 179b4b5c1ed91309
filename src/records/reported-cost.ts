import { meteredIn } from './claude-meter.ts';

/** What Claude Code says a session has cost, as it reckons it. */
export interface ReportedCost {
  readonly session: string;
  /** The folder it worked in last; undefined where only its transcript tells it. */
  readonly cwd?: string;
  /** Dollars. */
  readonly usd: number;
  /** All that went in and out; a status line does not tell it. */
  readonly tokens?: number;
}

interface StatusLine {
  readonly session_id?: unknown;
  readonly workspace?: { readonly current_dir?: unknown };
  readonly cwd?: unknown;
  readonly cost?: { readonly total_cost_usd?: unknown };
}

/**
 * Adds up what Claude Code says of its sessions, a JSON object a line: what it hands to status lines,
 * and what OpenTelemetry exports. Of a session that both tell of, the dollars count once, the larger.
 * What is no such line is passed over.
 */
export function reportedCosts(text: string): ReportedCost[] {
  const lines = text.split('\n').map(parsed);
  const sessions = new Map(ofStatusLines(lines).map((one) => [one.session, one]));
  for (const { session, usd, tokens } of meteredIn(lines)) {
    const known = sessions.get(session);
    const larger = Math.max(usd, known?.usd ?? 0);
    sessions.set(session, { session, ...known, usd: larger, tokens });
  }
  return [...sessions.values()];
}

/**
 * The cost of a session grows from line to line, and begins anew at `/clear`: what it was before is
 * kept.
 */
function ofStatusLines(lines: readonly StatusLine[]): ReportedCost[] {
  const sessions = new Map<string, { cwd: string; before: number; now: number }>();
  for (const { session_id: id, workspace, cwd, cost } of lines) {
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

function parsed(line: string): StatusLine {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
