/**
 * Parses JSON with comments and trailing commas, as `tsconfig.json` has them.
 * @returns undefined when it is broken.
 */
export function parseJsonc(text: string): unknown {
  const clean = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(clean);
  } catch {
    try {
      return JSON.parse(strip(clean));
    } catch {
      return undefined;
    }
  }
}

/** Whether a parsed value is an object, not a list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The strings of a value that should be a list of strings. */
export function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((element) => typeof element === 'string') : [];
}

function strip(text: string): string {
  const tokens = /"(?:\\.|[^"\\])*"|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g;
  const plain = text.replace(tokens, (token) => (token.startsWith('"') ? token : ' '));
  return plain.replace(/"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/g, (token) => (token === ',' ? '' : token));
}
