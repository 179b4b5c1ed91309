/** One path that a `use` brings in. */
export interface UsedPath {
  readonly segments: readonly string[];
}

/**
 * Expands the tree of one `use`, such as `a::{b, c::{self, d as e}, f::*}`.
 * @param from where the tree begins in the text, behind the word `use`.
 */
export function expandUse(text: string, from: number): readonly UsedPath[] {
  const tokens = useTokens(text, from);
  const paths: UsedPath[] = [];
  const stack: string[][] = [];
  let current: string[] = [];
  let closed = false;
  const end = () => {
    if (current.length > (stack.at(-1)?.length ?? 0) && !closed) paths.push({ segments: current });
    current = [...(stack.at(-1) ?? [])];
    closed = false;
  };
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    if (token === '{') stack.push([...current]);
    else if (token === '}') {
      end();
      current = stack.pop() ?? [];
      closed = true;
    } else if (token === ',') end();
    else if (token === 'as') at++;
    else if (token === '*') current.push('*');
    else if (token === 'self' && current.length > 0) paths.push({ segments: [...current] });
    else if (token !== '::') current.push(token.replace(/^r#/, ''));
  }
  end();
  return paths;
}

function useTokens(text: string, from: number): readonly string[] {
  const tokens: string[] = [];
  const next = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|::|[{},;*]|(?:r#)?[\p{L}_][\p{L}\p{N}_]*/uy;
  next.lastIndex = from;
  for (let match = next.exec(text); match; match = next.exec(text)) {
    const [token] = match;
    if (token === ';') break;
    if (/^(\s|\/)/.test(token)) continue;
    tokens.push(token);
  }
  return tokens;
}
