/** What one answer of a model used, as a transcript of Claude Code tells it. */
export interface Usage {
  /** Of message and request: lines of one answer share it, in whatever file they stand. */
  readonly key: string;
  readonly model: string;
  /** RFC 3339. */
  readonly at: string;
  /** The folder that was worked in. */
  readonly cwd: string;
  readonly session: string;
  readonly input: number;
  /** Written to the prompt cache, and of that, for an hour instead of five minutes. */
  readonly cacheWrite: number;
  readonly cacheWriteHour: number;
  readonly cacheRead: number;
  readonly output: number;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads one line of a transcript. The format is not documented for others and may change: what is
 * not understood is passed over.
 * @param line JSON; undefined comes of every line that is not an answer with its usage
 */
export function usageOf(line: string): Usage | undefined {
  if (!line.includes('"usage"')) return undefined;
  const entry = parsed(line);
  const message = object(entry['message']);
  const usage = object(message['usage']);
  const tokens = {
    input: count(usage['input_tokens']),
    cacheWrite: count(usage['cache_creation_input_tokens']),
    cacheWriteHour: count(object(usage['cache_creation'])['ephemeral_1h_input_tokens']),
    cacheRead: count(usage['cache_read_input_tokens']),
    output: count(usage['output_tokens']),
  };
  const at = text(entry['timestamp']);
  // Words that the client puts in a model's mouth cost nothing.
  const isNothing = tokens.input + tokens.cacheWrite + tokens.cacheRead + tokens.output === 0;
  if (entry['type'] !== 'assistant' || isNothing || Number.isNaN(Date.parse(at))) return undefined;
  const id = text(message['id']) || text(entry['uuid']);
  return {
    key: `${id} ${text(entry['requestId'])}`,
    model: text(message['model']) || 'unknown',
    at,
    cwd: text(entry['cwd']),
    session: text(entry['sessionId']),
    ...tokens,
  };
}

/**
 * The usage of one answer from two of its lines: the first line of an answer counts its output only
 * so far, so of each number the larger is right.
 */
export function largerOf(one: Usage, other: Usage): Usage {
  const first = one.at <= other.at ? one : other;
  return {
    ...first,
    input: Math.max(one.input, other.input),
    cacheWrite: Math.max(one.cacheWrite, other.cacheWrite),
    cacheWriteHour: Math.max(one.cacheWriteHour, other.cacheWriteHour),
    cacheRead: Math.max(one.cacheRead, other.cacheRead),
    output: Math.max(one.output, other.output),
  };
}

function parsed(line: string): Json {
  try {
    return object(JSON.parse(line));
  } catch {
    return {};
  }
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}
