import { parse, TomlDate, TomlError } from 'smol-toml';
import * as v from 'valibot';
import { ConfigError } from '../errors.ts';
import { type BudgetRules, DEFAULT_BUDGETS, MAX_AMOUNT } from './budget.ts';
import { nearest } from './names.ts';
import { PROJECT_PATH } from './paths.ts';
import { domainField, globsField, linesField, projectField, repoField } from './schema.ts';
import { durationSetting } from './settings-fields.ts';
import { oneLine } from './visible.ts';

/** A part of the code with an owner, as `[domains.NAME]` registers it. */
export interface Domain {
  /** The domain repository it lies in. */
  readonly repo?: string;
  /** Globs in that repository that are its own; absent: all that no other domain claims. */
  readonly scope?: readonly string[];
  /** Kinds of artifacts it consumes and publishes. */
  readonly imports?: readonly string[];
  readonly exports?: readonly string[];
}

/** The settings in `comm-node.toml`. */
export interface Project {
  readonly name: string;
  /** How long messages, receipts and violations stay in the tree, in days (may be a fraction). */
  readonly keepDays: number;
  /** How many of them stay at most, give or take a fifth. */
  readonly keepRecords: number;
  /** How far the clocks of two machines may differ, in milliseconds. */
  readonly clockSkewMs: number;
  /** An agent that was not heard for so long is suspect, in milliseconds. */
  readonly silentMs: number;
  /** One that is heard, and holds something, but publishes nothing for so long is stuck, in milliseconds. */
  readonly stuckMs: number;
  readonly domains: ReadonlyMap<string, Domain>;
  /** What talk may cost. */
  readonly budgets: BudgetRules;
  /** Tables of later features, as parsed. */
  readonly tables: Readonly<Record<string, unknown>>;
}

const DAY = 86_400_000;
// A server checks each push against the whole tree, so few records stay in it.
const DEFAULTS = { keep: '14d', keep_records: 1000, clock_skew: '30s' } as const;
const WATCHDOG = { silent: '120s', stuck: '30m' } as const;
const BETWEEN = ', for example ';

const RECORDS = `a whole number from 1${BETWEEN}1000`;

const TOKENS = `a whole number of tokens${BETWEEN}15000`;
const SHARE = `a number from 0 to 1${BETWEEN}0.7`;
const tokens = (otherwise: number) =>
  v.optional(
    v.pipe(
      v.number(TOKENS),
      v.safeInteger(TOKENS),
      v.minValue(0, TOKENS),
      v.maxValue(MAX_AMOUNT, TOKENS),
    ),
    otherwise,
  );
const BUDGETS = v.strictObject({
  simple: tokens(DEFAULT_BUDGETS.simple),
  medium: tokens(DEFAULT_BUDGETS.medium),
  complex: tokens(DEFAULT_BUDGETS.complex),
  cap: tokens(DEFAULT_BUDGETS.cap),
  approve_from: v.optional(
    v.pipe(v.number(SHARE), v.minValue(0, SHARE), v.maxValue(1, SHARE)),
    DEFAULT_BUDGETS.approveFrom,
  ),
});

const SETTINGS = v.strictObject({
  name: projectField,
  keep: durationSetting(DEFAULTS.keep, 60_000),
  keep_records: v.optional(
    v.pipe(v.number(RECORDS), v.safeInteger(RECORDS), v.minValue(1, RECORDS)),
    DEFAULTS.keep_records,
  ),
  clock_skew: durationSetting(DEFAULTS.clock_skew, 0),
  watchdog: v.optional(
    v.strictObject({
      silent: durationSetting(WATCHDOG.silent, 1),
      stuck: durationSetting(WATCHDOG.stuck, 1),
    }),
    {},
  ),
  domains: v.optional(
    v.record(
      domainField,
      v.strictObject({
        repo: v.exactOptional(repoField),
        scope: v.exactOptional(globsField),
        imports: v.exactOptional(linesField),
        exports: v.exactOptional(linesField),
      }),
      `tables such as [domains.backend]${BETWEEN}[domains.backend]`,
    ),
    {},
  ),
  budgets: v.optional(BUDGETS, {}),
});
const DOMAIN_KEYS = ['repo', 'scope', 'imports', 'exports'];

/**
 * Reads `comm-node.toml`. Unknown keys are refused, so that a slip of the pen is not a setting
 * without effect; unknown tables are kept, later features bring them.
 * @throws ConfigError with file, line and what was expected (`data.line`)
 */
export function parseProject(toml: string): Project {
  const [settings, tables] = splitTables(parseToml(toml));
  const result = v.safeParse(SETTINGS, settings, { abortEarly: true });
  if (!result.success) throw settingFault(toml, result.issues[0]);
  const { name, keep, keep_records, clock_skew, watchdog, domains, budgets } = result.output;
  const { approve_from: approveFrom, ...amounts } = budgets;
  return {
    name,
    keepDays: keep / DAY,
    keepRecords: keep_records,
    clockSkewMs: clock_skew,
    silentMs: watchdog.silent,
    stuckMs: watchdog.stuck,
    domains: new Map(Object.entries(domains)),
    budgets: { ...amounts, approveFrom },
    tables,
  };
}

function parseToml(toml: string): Record<string, unknown> {
  try {
    return parse(toml);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const problem = oneLine(error.message.split('\n', 1)[0] ?? '', 200);
    throw projectFault(error.line, `${problem}; for example: keep = "14d"`);
  }
}

function splitTables(
  all: Record<string, unknown>,
): [Record<string, unknown>, Record<string, unknown>] {
  const isLater = ([key, value]: [string, unknown]) =>
    !Object.hasOwn(SETTINGS.entries, key) && isTable(value);
  const entries = Object.entries(all);
  return [
    Object.fromEntries(entries.filter((entry) => !isLater(entry))),
    Object.fromEntries(entries.filter(isLater)),
  ];
}

// A table, or an array of tables: [[gates]].
function isTable(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(isTable);
  return typeof value === 'object' && value !== null && !(value instanceof TomlDate);
}

function settingFault(toml: string, issue: v.BaseIssue<unknown>): ConfigError {
  const path = issue.path?.map((part) => String(part.key)) ?? [];
  const key = path.at(-1) ?? '';
  const line = lineOfKey(toml, path);
  const where = oneLine(path.join('.'), 80);
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const known = knownKeys(path);
    const [meant] = nearest(key, known);
    const hint =
      meant === undefined ? `known keys: ${known.join(', ')}` : `did you mean "${meant}"?`;
    return projectFault(line, `unknown key "${where}"`, hint);
  }
  if (issue.input === undefined)
    return projectFault(line, `"${where}" is missing`, 'for example: name = "shop"');
  const found = oneLine(JSON.stringify(issue.input) ?? String(issue.input), 60);
  return projectFault(line, `${where}: expected ${issue.message}; found ${found}`);
}

function knownKeys(path: readonly string[]): readonly string[] {
  if (path.length === 1) return Object.keys(SETTINGS.entries);
  return path[0] === 'budgets' ? Object.keys(BUDGETS.entries) : DOMAIN_KEYS;
}

function projectFault(line: number, problem: string, hint?: string): ConfigError {
  return new ConfigError(`${PROJECT_PATH}:${line}: ${problem}`, {
    code: 'project-malformed',
    hint: hint ?? `edit ${PROJECT_PATH} in a clone of the coordination repository, commit and push`,
    data: { file: PROJECT_PATH, line },
  });
}

// TOML parsers give no places of keys: the first line that begins with the key, or names its table.
function lineOfKey(toml: string, path: readonly string[]): number {
  const lines = toml.split('\n').map((line) => line.trim());
  const own = path.filter((part) => !/^\d+$/.test(part)).at(-1) ?? '';
  const depth = path[0] === 'domains' ? 2 : 1;
  const table =
    path.length > 1
      ? lines.findIndex((line) => line.startsWith(`[${path.slice(0, depth).join('.')}]`))
      : -1;
  const at = lines.findIndex(
    (line, index) => index > table && line.split('=', 1)[0]?.trim() === own,
  );
  return Math.max(at, table, 0) + 1;
}
