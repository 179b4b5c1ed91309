/** One word of a shell command, its quotes taken off. */
export interface Word {
  readonly kind: 'word';
  readonly text: string;
  /** Whether the shell puts something in it that cannot be known here: a variable, a command's output. */
  readonly open: boolean;
}

/** An operator: `|`, `&&`, `;`, a newline, `(`, `)`, or a redirection with the number before it. */
export interface Operator {
  readonly kind: 'operator';
  readonly text: string;
}

export type Token = Word | Operator;

const OPERATORS =
  /^(?:\d*(?:&>>|&>|<<<|<<-|<<|>>|>\||>&|<&|<>|>|<)|&>>|&>|&&|\|\||\|&|;;&|;;|;&|;|&|\||\(|\)|\n)/;
/** Longer commands are read up to here: what follows is not judged before, but audited after. */
const LONGEST = 200_000;

/**
 * Cuts a shell command into words and operators. It knows quotes, escapes, comments and heredocs,
 * whose text is passed over. It never fails: of what it cannot read, it says that it is open.
 */
export function shellTokens(command: string): Token[] {
  const text = command.slice(0, LONGEST);
  const tokens: Token[] = [];
  const heredocs: string[] = [];
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at, at + 256);
    const blank = /^(?:[ \t\r]|\\\r?\n)+/.exec(rest)?.[0];
    if (blank) {
      at += blank.length;
      continue;
    }
    if (rest.startsWith('#')) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
      continue;
    }
    const operator = OPERATORS.exec(rest)?.[0];
    if (operator === undefined) {
      const { word, end } = readWord(text, at);
      const before = tokens.at(-1);
      if (before?.kind === 'operator' && /^\d*<<-?$/.test(before.text)) heredocs.push(word.text);
      tokens.push(word);
      at = end;
      continue;
    }
    at += operator.length;
    tokens.push({ kind: 'operator', text: operator });
    if (operator === '\n') for (const mark of heredocs.splice(0)) at = afterHeredoc(text, at, mark);
  }
  return tokens;
}

function afterHeredoc(text: string, at: number, mark: string): number {
  for (let line = at; line < text.length; ) {
    const end = text.indexOf('\n', line);
    const stop = end < 0 ? text.length : end;
    if (text.slice(line, stop).replace(/^\t+/, '') === mark) return Math.min(stop + 1, text.length);
    line = stop + 1;
  }
  return text.length;
}

function readWord(text: string, start: number): { word: Word; end: number } {
  let value = '';
  let open = false;
  let at = start;
  for (; at < text.length; at++) {
    const char = text[at] ?? '';
    if (/[\s;&|<>()]/.test(char)) break;
    if (char === '\\') {
      at++;
      value += text[at] === '\n' ? '' : (text[at] ?? '');
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      value += text.slice(at + 1, end < 0 ? text.length : end);
      at = end < 0 ? text.length : end;
    } else if (char === '"') {
      const quoted = readDoubleQuoted(text, at);
      value += quoted.value;
      open ||= quoted.open;
      at = quoted.end;
    } else if (char === '$' && text[at + 1] === '(') {
      open = true;
      at = afterParentheses(text, at + 1);
    } else if (char === '`') {
      open = true;
      const end = text.indexOf('`', at + 1);
      at = end < 0 ? text.length : end;
    } else {
      if (char === '$') open = true;
      value += char;
    }
  }
  return { word: { kind: 'word', text: value, open }, end: Math.max(at, start + 1) };
}

function readDoubleQuoted(text: string, start: number) {
  let value = '';
  let open = false;
  let at = start + 1;
  for (; at < text.length && text[at] !== '"'; at++) {
    const char = text[at] ?? '';
    if (char === '\\' && /["\\$`\n]/.test(text[at + 1] ?? '')) value += text[++at] ?? '';
    else if (char === '$' && text[at + 1] === '(') {
      open = true;
      at = afterParentheses(text, at + 1);
    } else {
      if (char === '$' || char === '`') open = true;
      value += char;
    }
  }
  return { value, open, end: at };
}

/** The place of the parenthesis that closes the one at `start`. */
function afterParentheses(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return text.length;
}
