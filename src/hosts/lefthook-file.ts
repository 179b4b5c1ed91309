import { stringify } from 'yaml';
import { isFed } from './hook-names.ts';

/** The configuration that lefthook takes in beside its own. */
export const LEFTHOOK_EXTENSION = 'comm-node.lefthook.yml';

const MARK = '# comm-node';
const HEAD = `${MARK}: lefthook takes this file in; comm-node hooks uninstall removes it.\n`;

/** The jobs that call our stubs; where comm-node is not installed they do nothing. */
export function lefthookExtension(hooks: readonly string[]): string {
  const entries = hooks.map((hook) => {
    const stub = `"$(git rev-parse --git-common-dir)/comm-node/hooks/${hook}"`;
    const words =
      hook === 'prepare-commit-msg' ? ' "{1}"' : hook === 'pre-push' ? ' "{1}" "{2}"' : '';
    const job = {
      run: `[ ! -x ${stub} ] || ${stub}${words}`,
      priority: 1,
      ...(isFed(hook) ? { use_stdin: true } : {}),
    };
    return [hook, { commands: { 'comm-node': job } }];
  });
  return HEAD + stringify(Object.fromEntries(entries), { lineWidth: 0 });
}

/** Lefthook's own configuration with our file taken in; undefined when it must be done by hand. */
export function withExtension(text: string): string | undefined {
  if (text.includes(LEFTHOOK_EXTENSION)) return text;
  const item = `  - ${LEFTHOOK_EXTENSION} ${MARK}\n`;
  const list = /^extends:[ \t]*\n/m.exec(text);
  if (list) {
    const at = list.index + list[0].length;
    // Items that stand without blanks before them must stay in line with ours.
    const indent = /^-/.test(text.slice(at)) ? item.trimStart() : item;
    return text.slice(0, at) + indent + text.slice(at);
  }
  if (/^extends:/m.test(text)) return undefined;
  const end = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${end}extends: ${MARK}\n${item}`;
}

/** Lefthook's configuration without what we put into it. */
export function withoutExtension(text: string): string {
  return text
    .replace(new RegExp(`^ *- ${LEFTHOOK_EXTENSION}.*\n`, 'm'), '')
    .replace(new RegExp(`^extends: ${MARK}\n(?! *-)`, 'm'), '');
}
