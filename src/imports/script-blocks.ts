/** A piece of script inside a file of markup. */
export interface ScriptBlock {
  readonly from: number;
  readonly to: number;
  readonly language: string;
}

/** The scripts of a `.vue`, `.svelte` or `.astro` file, and the files their `src` names. */
export interface ScriptBlocks {
  readonly blocks: readonly ScriptBlock[];
  readonly sources: readonly { readonly specifier: string; readonly at: number }[];
}

/** Whether a file holds its scripts in blocks. */
export function hasBlocks(path: string): boolean {
  return /\.(vue|svelte|astro)$/i.test(path);
}

/** Finds the script blocks of markup. */
export function findBlocks(path: string, text: string): ScriptBlocks {
  const blocks: ScriptBlock[] = [];
  const sources: { specifier: string; at: number }[] = [];
  const front = /\.astro$/i.test(path) ? /^\uFEFF?\s*---\r?\n([\s\S]*?)^---/m.exec(text) : null;
  if (front) {
    const from = front.index + front[0].indexOf('---') + 3;
    blocks.push({ from, to: front.index + front[0].length - 3, language: 'ts' });
  }
  const masked = text.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\r\n]/g, ' '));
  const tags = /<script\b((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi;
  for (let tag = tags.exec(masked); tag; tag = tags.exec(masked)) {
    const attributes = tag[1] ?? '';
    const from = tags.lastIndex;
    const source = /(?:^|\s)src\s*=\s*(["'])(.*?)\1/i.exec(attributes);
    if (source?.[2])
      sources.push({ specifier: source[2], at: tag.index + tag[0].indexOf(source[2]) });
    if (attributes.trimEnd().endsWith('/')) continue;
    const end = /<\/script\s*>/gi;
    end.lastIndex = from;
    const to = end.exec(masked)?.index ?? text.length;
    const language = /(?:^|\s)lang\s*=\s*["']?(\w+)/i.exec(attributes)?.[1]?.toLowerCase() ?? 'js';
    blocks.push({ from, to, language });
    tags.lastIndex = to;
  }
  return { blocks, sources };
}

/** The text with everything outside one block blanked, so that lines and columns stay. */
export function onlyBlock(text: string, { from, to }: ScriptBlock): string {
  const blank = (part: string) => part.replace(/[^\r\n]/g, ' ');
  return blank(text.slice(0, from)) + text.slice(from, to) + blank(text.slice(to));
}
