/** Finds the line of a key, or of an element of its array, in TOML text that is known to be valid. */
export type LineOf = (path: readonly (string | number)[]) => number;

interface Cursor {
  readonly text: string;
  at: number;
  readonly lines: Map<string, number>;
}

/**
 * Reads the places of all keys and array elements: TOML parsers give values without them.
 * @returns a function from a path such as `['domains', 'routes', 'scope', 0]` to its line, from 1;
 * an unknown path gives the line of its nearest known parent.
 */
export function locateToml(text: string): LineOf {
  const cursor: Cursor = { text, at: 0, lines: new Map() };
  let table: string[] = [];
  for (skipBlank(cursor); cursor.at < text.length; skipBlank(cursor)) {
    if (text[cursor.at] === '[') {
      const start = cursor.at;
      while (text[cursor.at] === '[') cursor.at++;
      table = readKey(cursor);
      note(cursor, table, start);
      while (text[cursor.at] === ']') cursor.at++;
    } else readPair(cursor, table);
  }
  return (path) => nearestLine(cursor.lines, path);
}

function nearestLine(lines: ReadonlyMap<string, number>, path: readonly (string | number)[]) {
  for (let length = path.length; length > 0; length--) {
    const line = lines.get(JSON.stringify(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return 1;
}

function note(cursor: Cursor, path: readonly (string | number)[], start: number): void {
  let line = 1;
  for (let at = cursor.text.indexOf('\n'); at >= 0 && at < start; ) {
    line++;
    at = cursor.text.indexOf('\n', at + 1);
  }
  for (let length = path.length; length > 0; length--) {
    const key = JSON.stringify(path.slice(0, length));
    if (length === path.length || !cursor.lines.has(key)) cursor.lines.set(key, line);
  }
}

function readPair(cursor: Cursor, table: readonly (string | number)[]): void {
  const start = cursor.at;
  const path = [...table, ...readKey(cursor)];
  note(cursor, path, start);
  if (cursor.text[cursor.at] === '=') cursor.at++;
  else if (cursor.at === start) cursor.at++;
  readValue(cursor, path);
}

function readKey(cursor: Cursor): string[] {
  const parts: string[] = [];
  for (;;) {
    skipSpace(cursor);
    const char = cursor.text.charAt(cursor.at);
    if (char === '"' || char === "'") parts.push(readString(cursor));
    else {
      const start = cursor.at;
      while (/[\w-]/.test(cursor.text.charAt(cursor.at))) cursor.at++;
      parts.push(cursor.text.slice(start, cursor.at));
    }
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== '.') return parts;
    cursor.at++;
  }
}

function readValue(cursor: Cursor, path: readonly (string | number)[]): void {
  skipSpace(cursor);
  const char = cursor.text.charAt(cursor.at);
  if (char === '"' || char === "'") readString(cursor);
  else if (char === '[') readArray(cursor, path);
  else if (char === '{') readInlineTable(cursor, path);
  else while (!/[,\]}#\r\n]/.test(cursor.text.charAt(cursor.at) || '\n')) cursor.at++;
}

function readArray(cursor: Cursor, path: readonly (string | number)[]): void {
  cursor.at++;
  for (let index = 0; ; index++) {
    skipBlank(cursor);
    if (cursor.text[cursor.at] === ']' || cursor.at >= cursor.text.length) break;
    note(cursor, [...path, index], cursor.at);
    readValue(cursor, [...path, index]);
    skipBlank(cursor);
    if (cursor.text[cursor.at] === ',') cursor.at++;
  }
  cursor.at++;
}

function readInlineTable(cursor: Cursor, path: readonly (string | number)[]): void {
  cursor.at++;
  for (;;) {
    skipBlank(cursor);
    if (cursor.text[cursor.at] === '}' || cursor.at >= cursor.text.length) break;
    readPair(cursor, path);
    skipBlank(cursor);
    if (cursor.text[cursor.at] === ',') cursor.at++;
  }
  cursor.at++;
}

function readString(cursor: Cursor): string {
  const { text, at } = cursor;
  const quote = text.charAt(at);
  const triple = text.startsWith(quote.repeat(3), at);
  const close = triple ? quote.repeat(3) : quote;
  let end = at + close.length;
  while (end < text.length && !text.startsWith(close, end)) {
    end += quote === '"' && text[end] === '\\' ? 2 : 1;
  }
  // A closing `"""` may be preceded by one or two quotes of the text.
  while (triple && text[end + 3] === quote) end++;
  cursor.at = end + close.length;
  return text.slice(at + close.length, end);
}

function skipSpace(cursor: Cursor): void {
  while (/[ \t]/.test(cursor.text.charAt(cursor.at))) cursor.at++;
}

function skipBlank(cursor: Cursor): void {
  for (;;) {
    while (/\s/.test(cursor.text.charAt(cursor.at))) cursor.at++;
    if (cursor.text[cursor.at] !== '#') return;
    while (cursor.at < cursor.text.length && cursor.text[cursor.at] !== '\n') cursor.at++;
  }
}
