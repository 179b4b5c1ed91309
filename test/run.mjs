// Runs the test files below the folders (or files) named, all of test/ by default,
// and ends with one line that counts them: "N passed, N failed, N skipped".

import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const places = process.argv.slice(2);
const files = (places.length ? places : [here]).flatMap(testFiles).sort();

function testFiles(place) {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { recursive: true })
    .map((name) => join(place, String(name)))
    .filter((name) => name.endsWith('.test.ts'));
}

const count = { passed: 0, failed: 0, skipped: 0 };
const skips = [];
const failures = [];
// Tests of the bus start many processes of their own: half the cores run test files.
const stream = run({ files, concurrency: Math.max(1, availableParallelism() >> 1) });
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite' || isFile(event)) return;
  if (event.skip === undefined) count.passed++;
  else {
    count.skipped++;
    skips.push(`${event.name}: ${event.skip}`);
  }
});
stream.on('test:fail', (event) => {
  process.exitCode = 1;
  if (event.details.type === 'suite') return;
  count.failed++;
  failures.push(`${relative(process.cwd(), event.file ?? '')}: ${event.name}`);
});

// A file is itself reported as a test that holds the file's tests.
function isFile(event) {
  return event.nesting === 0 && files.includes(event.name);
}

stream.compose(new spec()).pipe(process.stdout);
stream.on('end', () =>
  setImmediate(() => {
    for (const skip of skips) console.log(`SKIPPED ${skip}`);
    for (const failure of failures) console.log(`FAILED ${failure}`);
    if (count.passed === 0) process.exitCode = 1;
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }),
);
