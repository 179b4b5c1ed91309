/** One import of a source file, as the law sees it. */
export interface Import {
  readonly line: number;
  readonly specifier: string;
  /** Erased by the compiler. */
  readonly typeOnly: boolean;
  /** `import()`: loaded later, if at all. */
  readonly dynamic: boolean;
}

// The formatter leaves every static import at the beginning of a line, in
// single quotes; lint fails on any other form. A comment or a string that looks
// like an import counts as one: a false alarm, never a silent pass.
const STATIC = /^(?:import|export)\b(?:(?!^(?:import|export)\b|;$)[\s\S])*?\bfrom '([^'\n]+)'/gm;
const BARE = /^import '([^'\n]+)'/gm;
const DYNAMIC = /\b(?:import|require)\(\s*(?:'([^'\n]+)'\s*\))?/g;
const TYPES = /^(?:import|export) (?:type\b|\{(?:\s*type [^,}]+,?)+\s*\})/;

/** Every import in the text of a source file. */
export function findImports(source: string): Import[] {
  const found: Import[] = [];
  for (const match of source.matchAll(STATIC)) {
    found.push(imported(source, match, TYPES.test(match[0]), false));
  }
  for (const match of source.matchAll(BARE)) found.push(imported(source, match, false, false));
  for (const match of source.matchAll(DYNAMIC)) found.push(imported(source, match, false, true));
  return found.sort((a, b) => a.line - b.line);
}

function imported(source: string, match: RegExpExecArray, typeOnly: boolean, dynamic: boolean) {
  const line = source.slice(0, match.index).split('\n').length;
  // An import of what is not written down cannot be judged, so no rule allows it.
  return { line, specifier: match[1] ?? '<computed>', typeOnly, dynamic };
}
