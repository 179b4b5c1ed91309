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

# The parts of the code, each with an owner. "comm-node join" adds them.
# [domains.backend]
# repo = "shop-api"          # the repository it lies in
# imports = []               # kinds of artifacts it consumes
# exports = ["openapi"]      # kinds of artifacts it publishes
`;
}

/**
 * Registers a domain: appends its table, or sets `repo` in the table that is there. It works on
 * the text, so that comments survive.
 * @param text of a valid comm-node.toml
 * @throws UsageError if the name cannot name a domain; ConfigError if the result would not be valid,
 * as when the domains are written as one inline table
 */
export function addDomain(text: string, name: string, domain: { readonly repo?: string }): string {
  checkName('domain', name);
  const known = parseProject(text).domains.get(name);
  if (known !== undefined && (domain.repo === undefined || known.repo === domain.repo)) return text;
  const changed =
    known === undefined ? append(text, name, domain.repo) : setRepo(text, name, domain.repo ?? '');
  if (isRegistered(changed, name, domain.repo)) return changed;
  throw new ConfigError(
    `comm-node.toml: the domain ${name} cannot be written without losing comments`,
    {
      code: 'project-malformed',
      hint: `write it by hand: [domains.${name}]${domain.repo === undefined ? '' : ` with repo = "${domain.repo}"`}`,
      data: { domain: name },
    },
  );
}

function append(text: string, name: string, repo: string | undefined): string {
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${before}\n[domains.${name}]\n${repo === undefined ? '' : `repo = "${repo}"\n`}`;
}

function setRepo(text: string, name: string, repo: string): string {
  const lines = text.split('\n');
  const head = lines.findIndex((line) =>
    new RegExp(`^\\s*\\[\\s*domains\\.${name}\\s*\\]`).test(line),
  );
  if (head < 0) return text;
  const next = lines.findIndex((line, at) => at > head && /^\s*\[/.test(line));
  const end = next < 0 ? lines.length : next;
  const own = lines.findIndex((line, at) => at > head && at < end && /^\s*repo\s*=/.test(line));
  const line = `repo = "${repo}"`;
  if (own < 0) lines.splice(head + 1, 0, line);
  // What stands behind the value is a comment.
  else lines[own] = (lines[own] ?? '').replace(/^(\s*)repo\s*=\s*(?:"[^"]*"|'[^']*')/, `$1${line}`);
  return lines.join('\n');
}

function isRegistered(text: string, name: string, repo: string | undefined): boolean {
  try {
    const domain = parseProject(text).domains.get(name);
    return domain !== undefined && (repo === undefined || domain.repo === repo);
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}
