import { formatDuration } from '../records/time.ts';
import { visible } from '../records/visible.ts';
import type { CostRow } from '../services/cost-rows.ts';
import { type CostReport, costGroups, readCost } from '../services/costing.ts';
import { defineCommand, done } from './command.ts';
import { type Look, table } from './look.ts';

/** `comm-node cost` */
export const cost = defineCommand({
  name: 'cost',
  summary: 'What the work has cost on this machine, from the transcripts of Claude Code',
  details:
    'Each answer of a model counts once, whatever files it stands in. Dollars are list prices, not a bill: ~/.comm-node/prices.json (or --prices) changes them. A model without a price is named, and in no sum. Budgets are for talk; this is all tokens.',
  options: {
    by: { type: 'text', choices: costGroups, default: 'agent', summary: 'What a row is' },
    prices: {
      type: 'text',
      placeholder: 'FILE',
      summary: 'Prices: {"MODEL": {"input": 3, "output": 15}}',
    },
    reported: {
      type: 'text',
      placeholder: 'FILE',
      summary:
        'Its status lines or exports of OpenTelemetry, a JSON object a line: tell its own figures too',
    },
    transcripts: { type: 'text', placeholder: 'DIR', summary: 'Instead of ~/.claude/projects' },
  },
  examples: [
    { line: 'comm-node cost', what: 'by agent' },
    { line: 'comm-node cost --by task', what: 'by the task that was claimed at the time' },
    { line: 'comm-node cost --by model --prices prices.json', what: 'with your own prices' },
  ],
  run: async (context, { by, prices, reported, transcripts }) =>
    done(
      await readCost(context, by, {
        env: context.env,
        readFile: context.readFile,
        transcripts,
        prices,
        reported,
      }),
    ),
  render: (report: CostReport, look: Look) =>
    visible(
      [costTable(report, look), unknown(report), reportedLine(report), parallel(report)].join(''),
    ),
});

function costTable({ rows, total, by, folder, files }: CostReport, look: Look): string {
  if (rows.length === 0) {
    return `nothing of this project in ${files} transcript${files === 1 ? '' : 's'} below ${folder}\n`;
  }
  const head = [by, 'cost', 'input', 'cache written', 'cache read', 'output'];
  return table([head, ...rows.map(cells), cells(total)], look);
}

function cells(row: CostRow): string[] {
  return [
    row.name,
    dollars(row),
    thousands(row.input),
    thousands(row.cacheWrite),
    thousands(row.cacheRead),
    thousands(row.output),
  ];
}

function dollars({ usd, unpriced, tokens }: CostRow): string {
  if (unpriced === 0) return `$${usd.toFixed(2)}`;
  return unpriced === tokens ? 'unknown' : `$${usd.toFixed(2)} + unknown`;
}

function thousands(count: number): string {
  return count < 10_000 ? `${count}` : `${Math.round(count / 1000)}k`;
}

function unknown({ unknown_models: models, elsewhere }: CostReport): string {
  return [
    models.length > 0 ? `no price is known for ${models.join(', ')}: --prices FILE\n` : '',
    elsewhere > 0
      ? `${thousands(elsewhere)} more tokens in folders where no agent of this project works\n`
      : '',
  ].join('');
}

function reportedLine({ reported }: CostReport): string {
  if (reported === null) return '';
  const { sessions, usd, tokens } = reported;
  if (sessions === 0) return 'of the sessions that Claude Code itself tells of, none worked here\n';
  const all = tokens === null ? '' : ` and ${thousands(tokens)} tokens`;
  return `Claude Code itself says $${usd.toFixed(2)}${all}, of ${sessions} ${sessions === 1 ? 'session' : 'sessions'} here\n`;
}

function parallel({ parallelism }: CostReport): string {
  if (parallelism === null) return '';
  const { tasks, wall_ms, work_ms, critical_ms, speedup, possible, critical_path } = parallelism;
  return `${tasks} tasks done in ${formatDuration(wall_ms)}, ${formatDuration(work_ms)} of work: ${speedup} times faster than one after the other (${possible} possible; the longest chain took ${formatDuration(critical_ms)}: ${critical_path.slice(-5).join(' → ')})\n`;
}
