import { homedir } from 'node:os';
import { join } from 'node:path';
import { cachedJson, digestOf, keepJson } from '../bus/kept-json.ts';
import { readWorkplace } from '../bus/workplace.ts';
import { UsageError } from '../errors.ts';
import type { Usage } from '../hosts/claude-usage.ts';
import { readTranscripts, transcriptFiles, versionOf } from '../hosts/transcripts.ts';
import { type Parallelism, parallelismOf } from '../records/parallel.ts';
import {
  costOf,
  LIST_PRICES,
  type Price,
  priceOf,
  readPrices,
  type TokenCounts,
} from '../records/prices.ts';
import type { Task } from '../records/task.ts';
import { type Surroundings, withReader } from './session.ts';

export const costGroups = ['agent', 'task', 'domain', 'day', 'model'] as const;
export type CostGroup = (typeof costGroups)[number];

/** What work has cost: one row of the table. */
export interface CostRow extends TokenCounts {
  readonly name: string;
  readonly tokens: number;
  /** Dollars, of the models whose price is known. */
  readonly usd: number;
  /** Tokens of models whose price is not known: they are in no sum of dollars. */
  readonly unpriced: number;
}

export interface CostReport {
  readonly by: CostGroup;
  readonly rows: readonly CostRow[];
  readonly total: CostRow;
  readonly unknown_models: readonly string[];
  /** Tokens of answers in folders where no agent of this project works. */
  readonly elsewhere: number;
  readonly folder: string;
  readonly files: number;
  readonly parallelism: Parallelism | null;
}

/** Where the figures come from. */
export interface CostSources {
  /** Environment: `CLAUDE_CONFIG_DIR` moves Claude Code's folder. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly transcripts: string | undefined;
  readonly readFile: (path: string) => Promise<string>;
  readonly prices: string | undefined;
}

/** An answer, and who got it where. */
interface Spent extends Usage {
  readonly agent: string;
}

/** What the work of this project has cost on this machine, from the transcripts of Claude Code. */
export async function readCost(
  place: Surroundings,
  by: CostGroup,
  sources: CostSources,
): Promise<CostReport> {
  const folder =
    sources.transcripts ??
    join(sources.env['CLAUDE_CONFIG_DIR'] || join(homedir(), '.claude'), 'projects');
  const files = await transcriptFiles(folder);
  const prices = await pricesOf(place, sources);
  return withReader(place, async (bus) => {
    const { fold } = await bus.view();
    const about = [by, bus.hub.url, fold.commit ?? '', JSON.stringify(prices), versionOf(files)];
    const version = digestOf(about.join('\0'));
    const kept = join(
      place.home,
      'cost',
      `report-${digestOf(`${by}\0${folder}\0${bus.hub.url}`)}.json`,
    );
    const known = await cachedJson<{ version: string; report: CostReport }>(kept);
    if (known?.version === version) return known.report;
    const cache = join(place.home, 'cost', `usage-${digestOf(folder)}.json`);
    const all = await readTranscripts(files, cache);
    const { spent, elsewhere } = await ofProject(all, bus.hub.url);
    const nameOf = namerOf(by, fold.tasks, (agent) => fold.agents.get(agent)?.domain);
    const report: CostReport = {
      by,
      ...summed(spent, nameOf, prices),
      elsewhere,
      folder,
      files: files.size,
      parallelism: parallelismOf(fold.tasks.values()) ?? null,
    };
    await keepJson(kept, { version, report });
    return report;
  });
}

async function pricesOf(
  place: Surroundings,
  { prices, readFile }: CostSources,
): Promise<Readonly<Record<string, Price>>> {
  const own = join(place.home, 'prices.json');
  const json =
    prices === undefined ? await cachedJson<unknown>(own) : parsed(await readFile(prices), prices);
  if (json === undefined) return LIST_PRICES;
  const read = readPrices(json);
  if (!('fault' in read) || typeof read.fault !== 'string')
    return read as Readonly<Record<string, Price>>;
  throw new UsageError(`${prices ?? own}: expected ${read.fault}`, {
    hint: 'for example: {"claude-opus-4-7": {"input": 5, "output": 25}}',
  });
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON`, {
      hint: 'for example: {"claude-opus-4-7": {"input": 5, "output": 25}}',
    });
  }
}

/** Who works in a folder is what its worktree says, if it is one of this project. */
async function ofProject(
  all: readonly Usage[],
  url: string,
): Promise<{ spent: Spent[]; elsewhere: number }> {
  const agents = new Map<string, string | undefined>();
  const spent: Spent[] = [];
  let elsewhere = 0;
  for (const usage of all) {
    if (!agents.has(usage.cwd)) agents.set(usage.cwd, await agentAt(usage.cwd, url));
    const agent = agents.get(usage.cwd);
    if (agent !== undefined) spent.push({ ...usage, agent });
    else elsewhere += usage.input + usage.cacheWrite + usage.cacheRead + usage.output;
  }
  return { spent, elsewhere };
}

async function agentAt(cwd: string, url: string): Promise<string | undefined> {
  if (cwd === '') return undefined;
  const workplace = await readWorkplace(cwd).catch(() => undefined);
  return workplace?.repository === url ? workplace.agent : undefined;
}

/** The name of the row that an answer belongs to. */
function namerOf(
  by: CostGroup,
  tasks: ReadonlyMap<string, Task>,
  domainOf: (agent: string) => string | undefined,
): (spent: Spent) => string {
  if (by === 'agent') return ({ agent }) => agent;
  if (by === 'domain') return ({ agent }) => domainOf(agent) ?? '(no domain)';
  if (by === 'day') return ({ at }) => at.slice(0, 10);
  if (by === 'model') return ({ model }) => model;
  const claims = claimsOf(tasks);
  return ({ agent, at }) => {
    const ms = Date.parse(at);
    const own = claims.get(agent) ?? [];
    return own.find(({ from, to }) => from <= ms && ms <= to)?.task ?? '(no task)';
  };
}

/** Which agent had which task when, the latest claim first. */
function claimsOf(tasks: ReadonlyMap<string, Task>) {
  const claims = new Map<string, { task: string; from: number; to: number }[]>();
  for (const { id, claimed_by, done_by, claimed_at, done_at } of tasks.values()) {
    const agent = claimed_by ?? done_by;
    if (agent === undefined || claimed_at === undefined) continue;
    const own = claims.get(agent) ?? [];
    const to = done_at === undefined ? Number.POSITIVE_INFINITY : Date.parse(done_at);
    own.push({ task: id, from: Date.parse(claimed_at), to });
    claims.set(agent, own);
  }
  for (const own of claims.values()) own.sort((a, b) => b.from - a.from);
  return claims;
}

type Row = { -readonly [K in keyof CostRow]: CostRow[K] };

function summed(
  spent: readonly Spent[],
  nameOf: (spent: Spent) => string,
  prices: Readonly<Record<string, Price>>,
): Pick<CostReport, 'rows' | 'total' | 'unknown_models'> {
  const rows = new Map<string, Row>();
  const total = emptyRow('total');
  const unknown = new Set<string>();
  for (const usage of spent) {
    const name = nameOf(usage);
    const row = rows.get(name) ?? emptyRow(name);
    rows.set(name, row);
    const price = priceOf(usage.model, prices);
    if (price === undefined) unknown.add(usage.model);
    for (const sum of [row, total]) addTo(sum, usage, price);
  }
  const ordered = [...rows.values()].sort(
    (a, b) => b.usd - a.usd || b.tokens - a.tokens || (a.name < b.name ? -1 : 1),
  );
  return { rows: ordered, total, unknown_models: [...unknown].sort() };
}

function addTo(row: Row, usage: Usage, price: Price | undefined): void {
  const { input, cacheWrite, cacheWriteHour, cacheRead, output } = usage;
  const tokens = input + cacheWrite + cacheRead + output;
  row.input += input;
  row.cacheWrite += cacheWrite;
  row.cacheWriteHour += cacheWriteHour;
  row.cacheRead += cacheRead;
  row.output += output;
  row.tokens += tokens;
  if (price === undefined) row.unpriced += tokens;
  else row.usd += costOf(usage, price);
}

function emptyRow(name: string): Row {
  return {
    name,
    input: 0,
    cacheWrite: 0,
    cacheWriteHour: 0,
    cacheRead: 0,
    output: 0,
    tokens: 0,
    usd: 0,
    unpriced: 0,
  };
}
