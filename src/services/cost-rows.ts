import type { Usage } from '../hosts/claude-usage.ts';
import { costOf, type Price, priceOf, type TokenCounts } from '../records/prices.ts';

/** What work has cost: one row of the table. */
export interface CostRow extends TokenCounts {
  readonly name: string;
  readonly tokens: number;
  /** Dollars, of the models whose price is known. */
  readonly usd: number;
  /** Tokens of models whose price is not known: they are in no sum of dollars. */
  readonly unpriced: number;
}

/** An answer, and who got it where. */
export interface Spent extends Usage {
  readonly agent: string;
}

type Row = { -readonly [K in keyof CostRow]: CostRow[K] };

/** The answers added up: a row for each name, the dearest first. */
export function summed(
  spent: readonly Spent[],
  nameOf: (spent: Spent) => string,
  prices: Readonly<Record<string, Price>>,
): {
  readonly rows: readonly CostRow[];
  readonly total: CostRow;
  readonly unknown_models: readonly string[];
} {
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
