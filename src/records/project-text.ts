import { ConfigError } from '../errors.ts';
import { checkName } from './names.ts';
import { parseProject } from './project.ts';

/**
 * The `comm-node.toml` that a project begins with: all settings with their defaults, explained.
 * @throws UsageError if the name cannot name a project
 */
export function newProjectText(name: string): string {
  checkName('project', name);
  return `# The settings of this project, the same for every agent on every machine.
# After an edit: commit and push.

name = "${name}"

# Messages, receipts and violations older than this, or more of them than this, leave the folders.
# History keeps them: search, thread and read still find them.
keep = "14d"
keep_records = 1000

# How far the clocks of two machines may differ.
clock_skew = "30s"

# What agents may spend on talk about a task, in tokens, by its complexity; what the rules may
# approve beyond that; and from which efficiency on.
# [budgets]
# simple = 5000
# medium = 15000
# complex = 40000
# cap = 20000
# approve_from = 0.7

# The parts of the code, each with an owner. "comm-node join" adds them.
# [domains.backend]
# repo = "shop-api"          # the repository it lies in
# scope = ["src/**"]         # what of it is its own; else all that no other domain claims
# imports = []               # kinds of artifacts it consumes
# exports = ["openapi"]      # kinds of artifacts it publishes
`;
}

/** What `join` registers of a domain. */
export interface DomainPlace {
  readonly repo?: string;
  readonly scope?: readonly string[];
  /** Kinds of artifacts. */
  readonly imports?: readonly string[];
  readonly exports?: readonly string[];
}

/**
 * Registers a domain: appends its table, or sets `repo` and `scope` in the table that is there. It
 * works on the text, so that comments survive.
 * @param text of a valid comm-node.toml
 * @throws UsageError if the name cannot name a domain; ConfigError if the result would not be valid,
 * as when the domains are written as one inline table
 */
export function addDomain(text: string, name: string, place: DomainPlace): string {
  checkName('domain', name);
  if (isRegistered(text, name, place)) return text;
  const known = parseProject(text).domains.get(name);
  let changed = known === undefined ? append(text, name) : text;
  // What is set last stands first: the name of the repository.
  for (const [key, value] of Object.entries(lines(place)).reverse()) {
    changed = setKey(changed, name, key, value);
  }
  if (isRegistered(changed, name, place)) return changed;
  const values = Object.entries(lines(place)).map(([key, value]) => `${key} = ${value}`);
  throw new ConfigError(
    `comm-node.toml: the domain ${name} cannot be written without losing comments`,
    {
      code: 'project-malformed',
      hint: `write it by hand: ${[`[domains.${name}]`, values.join(' and ')].filter(Boolean).join(' with ')}`,
      data: { domain: name },
    },
  );
}

/** The values as TOML: for plain text, JSON writes the same. */
function lines({ repo, ...lists }: DomainPlace): Record<string, string> {
  const rows = LISTS.flatMap((key) => {
    const texts = lists[key];
    return texts === undefined ? [] : [[key, `[${texts.map(quoted).join(', ')}]`] as const];
  });
  return {
    ...(repo === undefined ? {} : { repo: JSON.stringify(repo) }),
    ...Object.fromEntries(rows),
  };
}

const LISTS = ['scope', 'imports', 'exports'] as const;
const quoted = (text: string) => JSON.stringify(text);

function append(text: string, name: string): string {
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${before}\n[domains.${name}]\n`;
}

function setKey(text: string, name: string, key: string, value: string): string {
  const rows = text.split('\n');
  const head = rows.findIndex((row) =>
    new RegExp(`^\\s*\\[\\s*domains\\.${name}\\s*\\]`).test(row),
  );
  if (head < 0) return text;
  const next = rows.findIndex((row, at) => at > head && /^\s*\[/.test(row));
  const end = next < 0 ? rows.length : next;
  const isOwn = new RegExp(`^\\s*${key}\\s*=`);
  const own = rows.findIndex((row, at) => at > head && at < end && isOwn.test(row));
  const line = `${key} = ${value}`;
  if (own < 0) rows.splice(head + 1, 0, line);
  // What stands behind the value is a comment.
  else rows[own] = (rows[own] ?? '').replace(VALUE, (_, indent: string) => `${indent}${line}`);
  return rows.join('\n');
}

// A key with a text or a list of texts, all on one line.
const VALUE = /^(\s*)[a-z]+\s*=\s*(?:"[^"]*"|'[^']*'|\[(?:\s*(?:"[^"]*"|'[^']*')\s*,?)*\s*\])/;

function isRegistered(text: string, name: string, place: DomainPlace): boolean {
  try {
    const domain = parseProject(text).domains.get(name);
    if (domain === undefined) return false;
    if (place.repo !== undefined && domain.repo !== place.repo) return false;
    return LISTS.every((key) => {
      const wanted = place[key];
      return wanted === undefined || isSame(domain[key], wanted);
    });
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

function isSame(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.length === other.length && other.every((glob, at) => glob === one[at]);
}
