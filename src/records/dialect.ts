import * as v from 'valibot';
import { ConfigError } from '../errors.ts';
import { PROJECT_PATH } from './paths.ts';
import type { Project } from './project.ts';
import { readTable } from './settings-table.ts';
import { DIALECT_VERSION, STATUS_SPELLINGS } from './signal.ts';
import { oneLine } from './visible.ts';

/** A word of the project's own, for the action of a signal, and the phrase that it stands for. */
export interface DialectWord {
  /** As written behind the arrow: `rfr`. */
  readonly word: string;
  /** What a reader takes it for: `ready for review`. */
  readonly phrase: string;
}

/** What is to be mended: settings of a project name their words themselves. */
const EXAMPLE = '[dialect]\nwords = { rfr = "ready for review", rbm = "rebase on main" }';
const WORD = /^[a-z][a-z0-9-]{1,19}$/;
const PHRASES = 'a phrase of at most 80 characters, for example "ready for review"';
const SETTINGS = v.strictObject({
  words: v.optional(
    v.record(
      v.string(),
      v.pipe(v.string(PHRASES), v.trim(), v.regex(/^[^\p{C}]{1,80}$/u, PHRASES)),
      'words and what they stand for, for example { rfr = "ready for review" }',
    ),
    {},
  ),
});

/**
 * The words that `[dialect]` of comm-node.toml adds, in the order in which they stand there.
 * @throws ConfigError `project-malformed` on a word that is none, or that can be taken for another
 */
export function dialectWords(
  project: Pick<Project, 'tables' | 'domains'> | undefined,
): readonly DialectWord[] {
  const { words } = readTable(SETTINGS, project, 'dialect');
  const taken: DialectWord[] = [];
  for (const [word, phrase] of Object.entries(words)) {
    const fault = wordFault({ word, phrase }, taken, [...(project?.domains.keys() ?? [])]);
    if (fault !== undefined) throw wordError(word, fault);
    taken.push({ word, phrase });
  }
  return taken;
}

/**
 * Why a word cannot join the dialect: it is no word, the built-in spellings or a domain have it, or
 * another word looks like it or says the same.
 * @returns the end of a sentence that begins with the word
 */
export function wordFault(
  { word, phrase }: DialectWord,
  taken: readonly DialectWord[],
  domains: readonly string[],
): string | undefined {
  if (!WORD.test(word)) return 'is no word: 2 to 20 of a-z, 0-9 and hyphens, a letter first';
  if (STATUS_SPELLINGS.includes(plain(word))) return 'is a status of every signal';
  if (domains.includes(word)) return `is the domain ${word}: →${word} reads as if it were told so`;
  const meaning = normal(phrase);
  if (STATUS_SPELLINGS.includes(meaning)) return `stands for "${phrase}", which is a status`;
  for (const other of taken) {
    if (plain(word) === plain(other.word)) return `looks like the word ${other.word}`;
    if (meaning === normal(other.phrase)) return `says the same as the word ${other.word}`;
    if (meaning === other.word || normal(other.phrase) === word) {
      return `and the word ${other.word} are explained by one another`;
    }
  }
  return undefined;
}

// Hyphens are seldom seen: re-base and rebase are one word to a reader.
function plain(word: string): string {
  return word.replaceAll('-', '');
}

function normal(phrase: string): string {
  return phrase.toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

function wordError(word: string, fault: string): ConfigError {
  const name = oneLine(word, 40);
  return new ConfigError(`${PROJECT_PATH}: dialect.words: "${name}" ${fault}`, {
    code: 'project-malformed',
    hint: `for example:\n${EXAMPLE}`,
    data: { file: PROJECT_PATH, key: `dialect.words.${name}` },
  });
}

/** The dialect guide: what every signal may say, and the words of the project. Markdown. */
export function dialectGuide(words: readonly DialectWord[]): string {
  const own = words.map(
    ({ word, phrase }) => `| \`→${word}\` | ${phrase.replaceAll('|', '\\|')} |\n`,
  );
  return `# The dialect, version ${DIALECT_VERSION}

\`STATUS[task] from→to[,to] [priority] 📄artifact →action\`; all but the status may be left out.

| written | means |
|---|---|
| ✓ or ok, done | done |
| ⚠ or blocked, wait | blocked |
| ⏳ or wip | in progress |
| ❌ or fail, failed | failed |
| \`[!]\` \`[~]\` \`[-]\` | priority high, medium, low |
| \`A→B\` or \`A->B\` | A tells B |
| \`📄file\` or \`@file:file\` | an artifact |
| \`→do-this\` or \`->do-this\` | what the reader should do |
${own.join('')}`;
}
