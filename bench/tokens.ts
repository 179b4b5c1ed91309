// How far the estimate of tokens is from tokenizers, on messages of this project's own tests and on
// pages of the packages it uses. Usage: npm run bench -- tokens
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Tokenizer from 'ai-tokenizer';
import * as claude from 'ai-tokenizer/encoding/claude';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { estimateTokens } from '../src/records/tokens.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const tokenizer = new Tokenizer(claude);

// What `send` pays: it counts once, by code that has not run before. So this is measured first.
const firsts = [5_000, 100_000].map(
  (characters) => [characters, counted(textOf(characters))] as const,
);

function textOf(characters: number): string {
  return paragraphs().join('\n').slice(0, characters);
}

/** Milliseconds that one count takes. */
function counted(text: string): number {
  const began = performance.now();
  estimateTokens(text);
  return performance.now() - began;
}

/** What agents send in the stories, and the examples of records. */
function messages(): string[] {
  const stories = join(root, 'test/stories');
  const texts = readdirSync(stories)
    .filter((name) => name.endsWith('.story'))
    .flatMap((name) => readFileSync(join(stories, name), 'utf8').split('\n'))
    .flatMap((line) =>
      [...line.matchAll(/comm-node (?:send|ask|answer|reply|signal) .*?["']([^"']{8,})["']/g)].map(
        ([, text = '']) => text,
      ),
    );
  const page = readFileSync(join(root, 'docs/records.md'), 'utf8');
  const bodies = [
    ...page.matchAll(/<!-- record: messages[\s\S]*?\n---\n[\s\S]*?\n---\n([\s\S]*?)````/g),
  ];
  return [...new Set([...texts, ...bodies.map(([, body = '']) => body.trim())])];
}

/** The paragraphs of READMEs, put together to texts as long as coordination and detailed messages. */
function paragraphs(): string[] {
  const modules = join(root, 'node_modules');
  return readdirSync(modules).flatMap((name) => {
    const readme = ['README.md', 'readme.md']
      .map((file) => join(modules, name, file))
      .flatMap(read)[0];
    const parts = (readme ?? '').slice(0, 40_000).split(/\n{2,}/);
    const texts: string[] = [];
    for (let text = ''; parts.length > 0; ) {
      text = `${text}\n\n${parts.shift()}`.trim();
      if (text.length < 250 + ((texts.length * 397) % 1200)) continue;
      // Rows of badges are addresses, and no agent writes them.
      if (!text.includes('img.shields.io') && text.length < 4000) texts.push(text);
      text = '';
    }
    return texts;
  });
}

function read(path: string): string[] {
  try {
    return [readFileSync(path, 'utf8')];
  } catch {
    return [];
  }
}

// Against the estimate. The newest models take about 30 % more tokens than the earlier ones: their
// maker says so.
const FACTOR = { newest: 1.3, earlier: 1, gpt: 0.9 } as const;
const estimateFor = (text: string, family: keyof typeof FACTOR) =>
  Math.ceil(estimateTokens(text) * FACTOR[family]);
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const percent = (value: number) => `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)} %`;

console.log(
  '| corpus | texts | estimate | against | median error | median of its size | nine in ten within |\n|---|---|---|---|---|---|---|',
);
const all = [...messages(), ...paragraphs()];
for (const [name, corpus] of [
  ['messages of the stories', messages()],
  ['pages of packages', paragraphs()],
  ['both', all],
] as const) {
  for (const [kind, estimate, against, count] of [
    [
      'earlier models',
      (text: string) => estimateFor(text, 'earlier'),
      'ai-tokenizer, Claude',
      (text: string) => tokenizer.count(text),
    ],
    [
      'GPT',
      (text: string) => estimateFor(text, 'gpt'),
      'gpt-tokenizer, o200k',
      (text: string) => countTokens(text),
    ],
    [
      'newest models',
      (text: string) => estimateFor(text, 'newest'),
      'ai-tokenizer, Claude × 1.3',
      (text: string) => tokenizer.count(text) * 1.3,
    ],
  ] as const) {
    const errors = corpus.map((text) => estimate(text) / Math.max(1, count(text)) - 1);
    const sizes = errors.map(Math.abs).sort((a, b) => a - b);
    console.log(
      `| ${name} | ${corpus.length} | ${kind} | ${against} | ${percent(median([...errors]))} | ${percent(median([...sizes]))} | ${percent(sizes[Math.floor(sizes.length * 0.9)] ?? 0)} |`,
    );
  }
}

console.log(
  '\n| counting a message of | first in its process, ms | then, median of 200, ms | wanted |\n|---|---|---|---|',
);
for (const [characters, first] of firsts) {
  const text = textOf(characters);
  const times = Array.from({ length: 200 }, () => counted(text));
  const count = characters.toLocaleString('en').replaceAll(',', ' ');
  console.log(
    `| ${count} characters | ${first.toFixed(2)} | ${median(times).toFixed(3)} | at most 5 |`,
  );
}
