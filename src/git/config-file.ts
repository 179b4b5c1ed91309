import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/**
 * What Git is configured to below a section (`comm-node`), read off the files without starting Git:
 * those of the repository and the worktree around a folder. Undefined when only Git can tell: the
 * files take in others, the user's own settings or the environment speak of the section too, or there
 * is nothing plain to read.
 * @param word what those would have to say to matter; by default the section
 */
export function readConfigFiles(
  cwd: string,
  section: string,
  env: Readonly<Record<string, string | undefined>>,
  word = section,
): Map<string, string> | undefined {
  if (spokenOfElsewhere(word.toLowerCase(), env)) return undefined;
  const own = gitDirOf(cwd);
  const shared = own && commonDirOf(own);
  const text = shared && textOf(join(shared, 'config'));
  if (!own || text === undefined) return undefined;
  const values = new Map<string, string>();
  if (!addValues(values, text)) return undefined;
  if (values.get('extensions.worktreeconfig') === 'true') {
    const more = textOf(join(own, 'config.worktree'));
    if (more !== undefined && !addValues(values, more)) return undefined;
  }
  const prefix = `${section}.`;
  return new Map([...values].filter(([key]) => key.startsWith(prefix)));
}

/** Settings of the user, the system or the command line count as well; they hardly ever say anything. */
function spokenOfElsewhere(
  section: string,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const { GIT_CONFIG_PARAMETERS: given = '', GIT_CONFIG_COUNT: count } = env;
  if (count !== undefined || given.toLowerCase().includes(section)) return true;
  const home = env['HOME'] ?? homedir();
  const xdg = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const user = env['GIT_CONFIG_GLOBAL'];
  const files = [
    ...(user === undefined ? [join(home, '.gitconfig'), join(xdg, 'git', 'config')] : [user]),
    ...(env['GIT_CONFIG_NOSYSTEM'] ? [] : [env['GIT_CONFIG_SYSTEM'] || '/etc/gitconfig']),
  ];
  return files.some((file) => {
    const text = textOf(file) ?? '';
    return text.toLowerCase().includes(section) || /^\s*\[include/im.test(text);
  });
}

/** The Git directory of the worktree around a folder: `.git`, or what a file of that name points to. */
export function gitDirOf(cwd: string): string | undefined {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const place = join(folder, '.git');
    const found = statSync(place, { throwIfNoEntry: false });
    if (found?.isDirectory()) return place;
    if (found) {
      const target = /^gitdir: (.+)$/m.exec(textOf(place) ?? '')?.[1]?.trim();
      return target === undefined ? undefined : resolve(folder, target);
    }
    // A bare repository, or the inside of one: Git knows more ways to be one.
    if (existsSync(join(folder, 'HEAD')) || dirname(folder) === folder) return undefined;
  }
}

/** The Git directory that all worktrees share, from that of one of them. */
export function commonDirOf(gitDir: string): string {
  const target = textOf(join(gitDir, 'commondir'))?.trim();
  return target === undefined ? gitDir : resolve(gitDir, target);
}

/** Adds what a file says; false when it takes in another, or has a line that is not plain. */
function addValues(values: Map<string, string>, text: string): boolean {
  let section = '';
  for (const line of text.split('\n')) {
    const plain = line.trim();
    if (plain === '' || plain.startsWith('#') || plain.startsWith(';')) continue;
    const head = /^\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]$/.exec(plain);
    if (head) {
      section =
        head[2] === undefined
          ? (head[1] ?? '').toLowerCase()
          : `${head[1]?.toLowerCase()}.${head[2]}`;
      if (section.startsWith('include')) return false;
      continue;
    }
    const entry = /^([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/.exec(plain);
    if (!entry || plain.endsWith('\\')) return false;
    const value = entry[2] === undefined ? 'true' : plainValue(entry[2]);
    if (value === undefined) return false;
    values.set(`${section}.${(entry[1] ?? '').toLowerCase()}`, value);
  }
  return true;
}

/** A value without its quotes, escapes and comment; undefined when it is not whole. */
function plainValue(text: string): string | undefined {
  let value = '';
  let kept = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '"') quoted = !quoted;
    else if (char === '\\') {
      const meant = { n: '\n', t: '\t', b: '\b', '"': '"', '\\': '\\' }[text[++at] ?? ''];
      if (meant === undefined) return undefined;
      value += meant;
    } else if (!quoted && (char === '#' || char === ';')) break;
    else value += char;
    // Blanks at the end count only inside of quotes.
    if (quoted || char === '\\' || !/\s/.test(char)) kept = value.length;
  }
  return quoted ? undefined : value.slice(0, kept);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
