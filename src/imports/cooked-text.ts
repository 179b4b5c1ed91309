const simple: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  b: '\b',
  v: '\v',
  f: '\f',
  r: '\r',
};

/**
 * What a string literal says, its escapes resolved.
 * @param quote its delimiter; the text ends at the first one, which may itself be escaped.
 * @returns undefined when only a parser can tell: an escape that goes on behind the text, or a wrong one.
 */
export function cook(text: string, quote: string): string | undefined {
  // A string that is left open ends with its line, unless the line is continued.
  const open = quote === '`' ? null : /^(?:\\(?:\r\n|[\s\S])|[^\\\n\r])*/.exec(text);
  const whole = open ? open[0] : text;
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(whole)) return undefined;
  let wrong = false;
  const cooked = whole.replace(escapes, (_, body: string) => {
    const said = resolve(body);
    if (said === undefined) wrong = true;
    return said ?? '';
  });
  return wrong ? undefined : cooked;
}

const escapes = /\\(\r\n|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])/g;

function resolve(body: string): string | undefined {
  if (/^[\r\n\u2028\u2029]/.test(body)) return '';
  if (/^[ux]./.test(body)) {
    const point = Number.parseInt(body.replace(/[^0-9a-fA-F]/g, ''), 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
  }
  // Octal escapes, and `\\u` or `\\x` without their digits.
  if (/^[0-9ux]/.test(body)) return body === '0' ? '\0' : undefined;
  return simple[body] ?? body;
}
