import { cut, displayWidth, padEnd } from './display-width.ts';

type Paint = (text: string) => string;

/** How text for people may look where it is shown. */
export interface Look {
  /** Columns; 80 where there is no terminal. */
  readonly width: number;
  /** Whether lines are cut to the width: only a terminal cannot show long ones. */
  readonly narrow: boolean;
  /** The moment that ages are counted from. */
  readonly now: number;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** What is known of the place that text is shown in. */
export interface Surface {
  readonly colour: boolean;
  /** Undefined where there is no terminal. */
  readonly columns: number | undefined;
  readonly now: number;
}

/** A look for such a place. */
export function lookFor({ colour, columns, now }: Surface): Look {
  const paint = (code: number): Paint =>
    colour ? (text) => `\u001b[${code}m${text}\u001b[${code < 10 ? 22 : 39}m` : (text) => text;
  return {
    width: columns ?? 80,
    narrow: columns !== undefined,
    now,
    bold: paint(1),
    dim: paint(2),
    red: paint(31),
    green: paint(32),
    yellow: paint(33),
    cyan: paint(36),
  };
}

/** Without colours, 80 columns: for files, tests and programs. */
export const plainLook: Look = lookFor({ colour: false, columns: undefined, now: 0 });

/** `NO_COLOR` wins over `FORCE_COLOR`, which wins over what the stream is. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, isTTY: boolean) {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true;
  return isTTY && env['TERM'] !== 'dumb';
}

/** Aligned columns, two spaces between them; the last one is cut where a terminal ends. */
export function table(rows: readonly (readonly string[])[], look: Look, indent = ''): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell));
    });
  }
  const line = (row: readonly string[]) =>
    row.map((cell, column) =>
      column === row.length - 1 ? cell : padEnd(cell, widths[column] ?? 0),
    );
  return rows
    .map((row) => `${indent}${line(row).join('  ')}`.trimEnd())
    .map((text) => `${look.narrow ? cut(text, look.width) : text}\n`)
    .join('');
}

/** The text in lines of at most `width` columns, broken between words. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines = text.split('\n').flatMap((line) => wrapLine(line, width - indent.length));
  return lines.map((line) => `${indent}${line}`.trimEnd()).join('\n');
}

function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
