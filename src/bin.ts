#!/usr/bin/env node
import { writeSync } from 'node:fs';

const [, , ...words] = process.argv;

// Answered with nothing loaded: scripts and agents ask this often.
if (words.length === 1 && (words[0] === '--version' || words[0] === '-v')) {
  writeSync(1, `${process.env['COMM_NODE_VERSION'] ?? 'unbuilt'}\n`);
} else {
  import('./cli.ts').then(async ({ main }) => {
    // All is written: tidying up the heap would cost as much as many a verb.
    process.exit(await main(words));
  });
}
