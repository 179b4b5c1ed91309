import { isFed } from './hook-names.ts';

const BEGIN = '# >>> comm-node: `comm-node hooks uninstall` takes this out >>>';
const END = '# <<< comm-node <<<';
/** All that stands in a hook file that we made, beside the block. */
const EMPTY = '#!/bin/sh\n';

/**
 * The lines that call our stub from a hook file in the repository's own folder, before what else
 * that does. Whoever runs ours again after it (a job of lefthook) finds that it ran.
 */
export function hookBlock(hook: string): string {
  const call = isFed(hook)
    ? [
        '  comm_node_input=$(cat)',
        `  printf '%s\\n' "$comm_node_input" | "$comm_node" "$@" || exit $?`,
        // What comes after reads the same input.
        '  exec <<COMM_NODE_INPUT',
        '$comm_node_input',
        'COMM_NODE_INPUT',
      ]
    : ['  "$comm_node" "$@" || exit $?'];
  const lines = [
    `comm_node="\${0%/*}/../comm-node/hooks/${hook}"`,
    'if [ -x "$comm_node" ]; then',
    ...call,
    `  export COMM_NODE_IN_HOOK="$COMM_NODE_IN_HOOK ${hook}"`,
    'fi',
  ];
  return `${[BEGIN, ...lines, END].join('\n')}\n`;
}

/** Whether a text holds a block of ours. */
export function hasBlock(text: string): boolean {
  return text.includes(BEGIN);
}

/**
 * A hook file with the block in it, before everything that file does; undefined when it is not a
 * shell script, so that no lines can be put into it.
 * @param text the file as it is; undefined when there is none
 */
export function withBlock(text: string | undefined, block: string): string | undefined {
  if (text === undefined) return EMPTY + block;
  const clean = withoutBlock(text) || EMPTY;
  const shebang = /^#!.*(?:\n|$)/.exec(clean)?.[0] ?? '';
  if (shebang !== '' && !/\b(?:sh|bash|dash|ash|ksh|zsh)\b/.test(shebang)) return undefined;
  if (clean.includes('\0')) return undefined;
  const start = shebang === '' || shebang.endsWith('\n') ? shebang : `${shebang}\n`;
  return start + block + clean.slice(shebang.length);
}

/** A hook file without the block; '' when nothing but ours was in it. */
export function withoutBlock(text: string): string {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(`${END}\n`, begin);
  if (begin < 0 || end < 0) return text;
  const rest = text.slice(0, begin) + text.slice(end + END.length + 1);
  return rest === EMPTY ? '' : withoutBlock(rest);
}
