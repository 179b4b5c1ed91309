/**
 * What a document refers to by `$ref`, every place once, in no order that matters.
 * However deep or wide it is: nothing here recurses.
 */
export function* references(document: unknown): Generator<string> {
  const waiting: unknown[] = [document];
  const seen = new Set<unknown>();
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    const { $ref: ref } = value as { $ref?: unknown };
    if (typeof ref === 'string') yield ref;
    for (const part of Object.values(value)) waiting.push(part);
  }
}

/** Whether a reference that begins with `#/` (RFC 6901) leads to something in the document. */
export function leadsSomewhere(document: unknown, ref: string): boolean {
  let at = document;
  for (const part of ref.slice(2).split('/')) {
    const key = unescaped(part);
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Record<string, unknown>)[key];
  }
  return true;
}

function unescaped(part: string): string {
  return decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
