import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BIN } from '../support/cli.ts';
import { createSandbox } from '../support/sandbox.ts';
import { playStory } from '../support/story.ts';

// UPDATE_STORIES=1 writes down what came out; read the difference as you would read code.
const update = process.env['UPDATE_STORIES'] === '1';
const here = new URL('.', import.meta.url);

describe('stories', { concurrency: 4 }, () => {
  const stories = readdirSync(here).filter((name) => name.endsWith('.story'));
  for (const name of stories) {
    test(name.replace('.story', ''), async (t) => {
      const file = fileURLToPath(new URL(name, here));
      const told = readFileSync(file, 'utf8');
      const played = await playStory(told, createSandbox(t));
      if (update && existsSync(BIN)) writeFileSync(file, played);
      else assert.equal(played, told);
    });
  }

  test('there are stories, and a program to tell them', () => {
    assert.notEqual(stories.length, 0);
    assert.ok(existsSync(BIN), 'npm run build');
  });

  test('a story that is not so is told as it is', async (t) => {
    const told = 'What differs is seen.\n\n  $ backend: git branch\n  * trunk\n\n  $ exit 3\n';
    const played = await playStory(told, createSandbox(t));
    assert.equal(
      played,
      'What differs is seen.\n\n  $ backend: git branch\n  * main\n\n  $ exit 3\n  [exit 3]\n',
    );
  });

  test('ids are numbered, can be used again, and times are hidden', async (t) => {
    const told = [
      '  $ echo 01KAP9Q1V8Z3YQ4T9W2X5M6N7P at 2026-11-22T17:08:01.123Z, 5m ago',
      '',
      '  $ test <ULID:1> = 01KAP9Q1V8Z3YQ4T9W2X5M6N7P && printf "same\\n\\n  as before\\n"',
    ].join('\n');
    const played = await playStory(told, createSandbox(t));
    assert.match(played, /^ {2}<ULID:1> at <TIME>, <AGE>$/m);
    assert.match(played, / {2}same\n\n {4}as before\n$/);
    assert.equal(await playStory(played, createSandbox(t)), played);
  });
});
