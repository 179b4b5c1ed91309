import { homedir } from 'node:os';
import { join } from 'node:path';
import { cachedJson, digestOf, keepJson } from '../bus/kept-json.ts';
import { readWorkplace } from '../bus/workplace.ts';
import { UsageError } from '../errors.ts';
import type { Usage } from '../hosts/claude-usage.ts';
import { readTranscripts, transcriptFiles, versionOf } from '../hosts/transcripts.ts';
import { type Parallelism, parallelismOf } from '../records/parallel.ts';
import { LIST_PRICES, type Price, readPrices } from '../records/prices.ts';
import type { Task } from '../records/task.ts';
import { type CostRow, type Spent, summed } from './cost-rows.ts';
import type { Reported } from './reported.ts';
import { type Surroundings, withReader } from './session.ts';

export const costGroups = ['agent', 'task', 'domain', 'day', 'model'] as const;
export type CostGroup = (typeof costGroups)[number];

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
  /** What Claude Code itself says; null unless a file of it is given. */
  readonly reported: Reported | null;
}

/** Where the figures come from. */
export interface CostSources {
  /** Environment: `CLAUDE_CONFIG_DIR` moves Claude Code's folder. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly transcripts: string | undefined;
  readonly readFile: (path: string) => Promise<string>;
  readonly prices: string | undefined;
  /** A file of status lines or of exports of OpenTelemetry. */
  readonly reported: string | undefined;
}

/** What the work of this project has cost on this machine, from the transcripts of Claude Code. */
export async function readCost(
  place: Surroundings,
  by: CostGroup,
  sources: CostSources,
): Promise<CostReport> {
  const report = await reckon(place, by, sources);
  return { ...report, reported: await reportedTo(place, sources) };
}

/** What sessions in folders of this project say they have cost. */
async function reportedTo(place: Surroundings, sources: CostSources): Promise<Reported | null> {
  const { reported, readFile } = sources;
  if (reported === undefined) return null;
  const { reportedOf } = await import('./reported.ts');
  const text = await readFile(reported);
  const folder = folderOf(sources);
  const usages = async () =>
    readTranscripts(await transcriptFiles(folder), usagesOf(place, folder));
  return withReader(place, (bus) =>
    reportedOf(text, async (cwd) => (await agentAt(cwd, bus.hub.url)) !== undefined, usages),
  );
}

/** The folder of Claude Code's transcripts. */
function folderOf({ transcripts, env }: CostSources): string {
  return transcripts ?? join(env['CLAUDE_CONFIG_DIR'] || join(homedir(), '.claude'), 'projects');
}

/** Where it is kept what was read of them. */
function usagesOf({ home }: Surroundings, folder: string): string {
  return join(home, 'cost', `usage-${digestOf(folder)}.json`);
}

async function reckon(
  place: Surroundings,
  by: CostGroup,
  sources: CostSources,
): Promise<Omit<CostReport, 'reported'>> {
  const folder = folderOf(sources);
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
    const known = await cachedJson<{ version: string; report: Omit<CostReport, 'reported'> }>(kept);
    if (known?.version === version) return known.report;
    const all = await readTranscripts(files, usagesOf(place, folder));
    const { spent, elsewhere } = await ofProject(all, bus.hub.url);
    const nameOf = namerOf(by, fold.tasks, (agent) => fold.agents.get(agent)?.domain);
    const report: Omit<CostReport, 'reported'> = {
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
