/** A fenced block of a Markdown page. */
export interface Block {
  readonly lang: string;
  readonly text: string;
  /** The HTML comments right before it, without their marks. */
  readonly marks: readonly string[];
  /** The line of its fence, counted from 1. */
  readonly line: number;
}

/** All fenced blocks of a page, in order. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let marks: string[] = [];
  let open: { lang: string; lines: string[]; line: number } | undefined;
  for (const [index, text] of page.split('\n').entries()) {
    const fence = /^```(\w*)$/.exec(text);
    if (open && text === '```') {
      blocks.push({ lang: open.lang, text: open.lines.join('\n'), marks, line: open.line });
      open = undefined;
      marks = [];
    } else if (open) open.lines.push(text);
    else if (fence) open = { lang: fence[1] ?? '', lines: [], line: index + 1 };
    else {
      const mark = /^<!-- (.*) -->$/.exec(text)?.[1];
      if (mark !== undefined) marks.push(mark);
      else if (text !== '') marks = [];
    }
  }
  if (open) throw new Error(`the block at line ${open.line} is not closed`);
  return blocks;
}

/** One example: what a reader types, and what the page says that comes. */
export interface Example {
  readonly script: Block;
  /** Undefined where the page does not show it. */
  readonly output: Block | undefined;
}

/** The `sh` blocks of a page, each with the `text` block that follows it. */
export function examplesOf(page: string): Example[] {
  const blocks = blocksOf(page);
  return blocks.flatMap((script, index) => {
    if (script.lang !== 'sh') return [];
    const next = blocks[index + 1];
    return [{ script, output: next?.lang === 'text' ? next : undefined }];
  });
}
