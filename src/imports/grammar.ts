import type { SyntaxFault } from './import.ts';

/** What is asked of a node of a concrete syntax tree, whoever made it. */
export interface SyntaxNode {
  readonly type: string;
  readonly text: string;
  readonly startPosition: { readonly row: number; readonly column: number };
  readonly namedChildren: readonly (SyntaxNode | null)[];
  readonly children: readonly (SyntaxNode | null)[];
  readonly isError: boolean;
  readonly isMissing: boolean;
  readonly hasError: boolean;
  childForFieldName(name: string): SyntaxNode | null;
}

/** Text → syntax tree of one language; handed in, because loading one costs much. */
export type Grammar = (text: string) => SyntaxNode;

/** The first place where the text does not parse; none when all is well. */
export function faultsIn(root: SyntaxNode): SyntaxFault[] {
  if (!root.hasError) return [];
  let node = root;
  for (;;) {
    const broken = node.children.find(
      (child) => child?.isError || child?.isMissing || child?.hasError,
    );
    if (!broken || node.isError) break;
    node = broken;
  }
  const { row, column } = node.startPosition;
  const what = node.isMissing
    ? `${node.type} is missing`
    : `unexpected ${JSON.stringify(node.text.slice(0, 20))}`;
  return [{ line: row + 1, column: column + 1, message: what }];
}

/** Visits a node and all below it; `enter` returns false to stay out of a node. */
export function walk(node: SyntaxNode, enter: (node: SyntaxNode) => boolean): void {
  if (!enter(node)) return;
  for (const child of node.namedChildren) if (child) walk(child, enter);
}

/** Whether a text holds what only a parser can judge: a merge conflict, an inline exception. */
export function isOpaque(text: string): boolean {
  return text.includes('comm-node-allow') || /^<{7} /m.test(text);
}
