/** What a model costs, in dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Writing to the prompt cache for five minutes, and for an hour; and reading from it. */
  readonly cache_write: number;
  readonly cache_write_hour: number;
  readonly cache_read: number;
}

/** Tokens that cost differently. */
export interface TokenCounts {
  readonly input: number;
  /** All that was written to the cache, and of that, for an hour. */
  readonly cacheWrite: number;
  readonly cacheWriteHour: number;
  readonly cacheRead: number;
  readonly output: number;
}

// Cache prices follow from the input price: 1.25, 2 and 0.1 times.
// Source: https://docs.anthropic.com/en/docs/about-claude/pricing
function priced(input: number, output: number): Price {
  return {
    input,
    output,
    cache_write: input * 1.25,
    cache_write_hour: input * 2,
    cache_read: input * 0.1,
  };
}

/** Public list prices that this version knows; models that are not here are unknown, not free. */
export const LIST_PRICES: Readonly<Record<string, Price>> = {
  'claude-opus-4-6': priced(5, 25),
  'claude-opus-4-5': priced(5, 25),
  'claude-opus-4-1': priced(15, 75),
  'claude-opus-4': priced(15, 75),
  'claude-sonnet-4-6': priced(3, 15),
  'claude-sonnet-4-5': priced(3, 15),
  'claude-sonnet-4': priced(3, 15),
  'claude-3-7-sonnet': priced(3, 15),
  'claude-3-5-sonnet': priced(3, 15),
  'claude-haiku-4-5': priced(1, 5),
  'claude-3-5-haiku': priced(0.8, 4),
};

/**
 * The price of a model: under its name, or its name without the date behind it.
 * `claude-opus-4-7` is not `claude-opus-4`.
 */
export function priceOf(model: string, prices: Readonly<Record<string, Price>>): Price | undefined {
  const plain = model.replace(/-(?:\d{8}|latest)$/, '');
  if (Object.hasOwn(prices, model)) return prices[model];
  return Object.hasOwn(prices, plain) ? prices[plain] : undefined;
}

/** Dollars. */
export function costOf(tokens: TokenCounts, price: Price): number {
  const hour = Math.min(tokens.cacheWriteHour, tokens.cacheWrite);
  const sum =
    tokens.input * price.input +
    (tokens.cacheWrite - hour) * price.cache_write +
    hour * price.cache_write_hour +
    tokens.cacheRead * price.cache_read +
    tokens.output * price.output;
  return sum / 1_000_000;
}

/**
 * The prices that a user has written down, over the known ones. A model needs `input` and `output`.
 * @param json an object: model → price
 * @returns the prices, or what is wrong
 */
export function readPrices(json: unknown): Readonly<Record<string, Price>> | { fault: string } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return { fault: 'an object: model → price' };
  }
  const prices: Record<string, Price> = { ...LIST_PRICES };
  for (const [model, given] of Object.entries(json as Record<string, Partial<Price>>)) {
    if (!isAmount(given?.input) || !isAmount(given.output)) {
      return { fault: `"${model}" with "input" and "output", dollars for a million tokens` };
    }
    const price = { ...priced(given.input, given.output), ...given };
    if (!Object.values(price).every(isAmount)) return { fault: `"${model}" with numbers` };
    prices[model] = price;
  }
  return prices;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
