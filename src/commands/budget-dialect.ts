import { visible } from '../records/visible.ts';
import { type Dialect, readDialect } from '../services/dialect.ts';
import { viewAge } from './age.ts';
import { defineCommand, done } from './command.ts';
import { type Look, table } from './look.ts';

/** `comm-node budget dialect` */
export const budgetDialect = defineCommand({
  name: 'budget dialect',
  summary: 'What messages cost by tier and type, and which phrases could become signals',
  details:
    'Measures the last messages: tokens each, and the share that was understood at once. Phrases that recur are told with a word that is free. [dialect] words in comm-node.toml gives the project words of its own: words = { rfr = "ready for review" }, written as →rfr.',
  options: {
    last: { type: 'number', default: 500, summary: 'How many messages are measured' },
    limit: { type: 'number', default: 10, summary: 'How many phrases are listed' },
    exact: {
      type: 'flag',
      summary: 'Count with a real tokenizer too, and tell how far the estimates are off',
    },
    guide: { type: 'flag', summary: 'Print the dialect alone, with the words of the project' },
  },
  examples: [
    { line: 'comm-node budget dialect', what: 'how the project talks' },
    { line: 'comm-node budget dialect --last 5000 --json', what: 'of more messages, for programs' },
    {
      line: 'comm-node budget dialect --exact',
      what: 'the estimates against the package ai-tokenizer, if it is installed beside comm-node',
    },
    { line: 'comm-node budget dialect --guide', what: 'the dialect, to read or to hand on' },
  ],
  run: async (context, { last, limit, exact, guide }) =>
    done({ ...(await readDialect(context, { last, limit, exact })), only_guide: guide }),
  render: ({ only_guide: onlyGuide, ...dialect }: Dialect & { only_guide: boolean }, look: Look) =>
    visible(onlyGuide ? dialect.guide : report(dialect, look)),
});

function report(dialect: Dialect, look: Look): string {
  return [
    rowTable(dialect, look),
    wordTable(dialect, look),
    candidates(dialect, look),
    exactLine(dialect),
    `dialect version ${dialect.version}; tokens are estimates, ${viewAge(dialect.as_of)}\n`,
  ].join('');
}

function rowTable({ rows, messages }: Dialect, look: Look): string {
  if (rows.length === 0) return 'nothing was said yet\n';
  const cells = rows.map((row) => [
    row.tier,
    row.type,
    `${row.messages}`,
    `${row.tokens_each}`,
    row.understood === null ? '' : `${Math.round(row.understood * 100)} % of ${row.judged}`,
  ]);
  const head = ['tier', 'type', 'messages', 'tokens each', 'understood at once'];
  return `the last ${messages} messages:\n${table([head, ...cells], look, '  ')}`;
}

function wordTable({ words }: Dialect, look: Look): string {
  if (words.length === 0) return '';
  const cells = words.map(({ word, phrase, used, written_out: still }) => [
    `→${word}`,
    phrase,
    `used: ${used}`,
    `written out: ${still}`,
  ]);
  return `words of the project:\n${table(cells, look, '  ')}`;
}

function exactLine({ exact }: Dialect): string {
  if (exact === null || exact.median_error === null || exact.median_size === null) return '';
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return `estimated ${exact.estimated} tokens, counted ${exact.counted} (${exact.tokenizer}): of a message the estimate is off by ${percent(exact.median_size)}, median ${percent(exact.median_error)}\n`;
}

function candidates({ candidates: found }: Dialect, look: Look): string {
  if (found.length === 0) return '';
  const cells = found.map(({ phrase, messages, saves, word }) => [
    `"${phrase}"`,
    `in ${messages} messages`,
    `→${word} would have saved ${saves} tokens`,
  ]);
  const [{ phrase, word } = { phrase: '', word: '' }] = found;
  return `phrases that recur:\n${table(cells, look, '  ')}in comm-node.toml: [dialect] words = { ${word} = ${JSON.stringify(phrase)} }\n`;
}
