import { reportGithub, reportGitlab, reportJunit } from '../boundaries/report-ci.ts';
import { reportSarif } from '../boundaries/report-sarif.ts';
import { reportText } from '../boundaries/report-text.ts';
import { counting, type Report } from '../boundaries/violation.ts';
import { UsageError } from '../errors.ts';
import { lintBoundaries } from '../services/linting.ts';
import { defineCommand, done, refused } from './command.ts';
import { lintRequest } from './lint-request.ts';
import type { Look } from './look.ts';

const formats = ['text', 'json', 'sarif', 'github', 'gitlab', 'junit'] as const;

/** What `lint-boundaries` answers: DESIGN's contract, and what the other formats need. */
interface Linted extends Report {
  readonly format: (typeof formats)[number];
}

/** `lint-boundaries`: the imports of the code against boundaries.toml. */
export const lintBoundariesCommand = defineCommand({
  name: 'lint-boundaries',
  summary: 'Check the imports of the code against boundaries.toml',
  details:
    'Judges the whole tree, always: a deleted, moved or renamed file breaks files that did not change. Exit 0 clean, 1 violations, 2 could not run.',
  positionals: [{ name: 'paths', summary: 'Report only on these files and folders', many: true }],
  options: {
    staged: { type: 'flag', summary: 'Lint what the next commit will hold, not the files on disk' },
    base: {
      type: 'text',
      placeholder: 'REV',
      summary: 'Report only what was brought since the branch left REV',
    },
    format: { type: 'text', choices: formats, default: 'text', summary: 'How to print the report' },
    baseline: {
      type: 'text',
      placeholder: 'FILE',
      summary: 'Tolerate the violations that FILE knows (default: boundaries.baseline.json)',
    },
    config: {
      type: 'text',
      placeholder: 'FILE',
      summary: 'The rules (default: the nearest boundaries.toml)',
    },
    'no-cache': { type: 'flag', summary: 'Neither use nor keep results of former runs' },
    'no-gate': {
      type: 'flag',
      summary: 'Parse every file; the findings are the same, only slower',
    },
  },
  examples: [
    { line: 'comm-node lint-boundaries', what: 'Lint the working tree' },
    {
      line: 'comm-node lint-boundaries --staged',
      what: 'In a pre-commit hook: lint what will be committed',
    },
    {
      line: 'comm-node lint-boundaries --base origin/main --format github',
      what: 'In CI: annotate what a branch brought',
    },
  ],
  async run(context, args) {
    if (args.staged && args.base !== undefined)
      throw new UsageError('--staged and --base exclude each other');
    const { report } = await lintBoundaries({
      ...lintRequest(context, args),
      paths: args.paths,
      staged: args.staged,
      base: args.base,
      baseline: args.baseline,
      cache: !args.noCache,
      gate: !args.noGate,
    });
    const data: Linted = { ...report, format: args.format };
    const fresh = counting(report).length;
    if (fresh === 0) return done(data);
    return refused(
      {
        code: 'violations',
        message: `${fresh} ${fresh === 1 ? 'import breaks' : 'imports or files break'} the rules`,
        hint: 'comm-node boundaries explain FILE (tells which line of boundaries.toml decided)',
      },
      data,
    );
  },
  render: (data, look) => renderLinted(data, look),
});

function renderLinted(data: Linted, look: Look): string {
  const { format, ...report } = data;
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (format === 'sarif') return reportSarif(report, process.env['COMM_NODE_VERSION'] ?? 'unbuilt');
  if (format === 'github') return reportGithub(report);
  if (format === 'gitlab') return reportGitlab(report);
  return format === 'junit' ? reportJunit(report) : reportText(report, look);
}
