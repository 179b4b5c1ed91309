// Runs the test files below the folders (or files) named, all of test/ by default,
// and ends with one line that counts them: "N passed, N failed, N skipped".

import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const places = process.argv.slice(2);
const files = (places.length ? places : [here]).flatMap(testFiles).sort();
/** These measure who gets how many turns: nothing else runs beside them. */
const ALONE = ['bus/locks.test.ts', 'bus/storms.test.ts'];
/** These take longest: begun first, they are done when the others are. */
const LONG = ['bus/kills-in-place.test.ts', 'bus/kills-by-push.test.ts'];
const isOf = (names) => (file) => names.some((name) => file.replaceAll('\\', '/').endsWith(name));
const alone = files.filter(isOf(ALONE));
const crowd = files.filter((file) => !alone.includes(file));
const phases = [
  { files: alone, concurrency: 1 },
  {
    files: [...crowd.filter(isOf(LONG)), ...crowd.filter((file) => !isOf(LONG)(file))],
    // Tests of the bus start many processes of their own.
    concurrency: Math.max(2, availableParallelism() >> 1),
  },
].filter((phase) => phase.files.length > 0);

function testFiles(place) {
  if (statSync(place).isFile()) return [resolve(place)];
  return readdirSync(place, { recursive: true })
    .map((name) => resolve(place, String(name)))
    .filter((name) => name.endsWith('.test.ts'));
}

const count = { passed: 0, failed: 0, skipped: 0 };
const skips = [];
const failures = [];
/** What is run, by what it was made of. */
const bundles = await bundle(files);
// The processes of the tests get these words; the places in a stack are then those of the sources.
process.execArgv = ['--enable-source-maps'];
for (const phase of phases) await runPhase(phase);
for (const skip of skips) console.log(`SKIPPED ${skip}`);
for (const failure of failures) console.log(`FAILED ${failure}`);
if (count.passed === 0) process.exitCode = 1;
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);

function runPhase({ files, concurrency }) {
  const stream = run({ files: files.map((file) => bundles.get(file)), concurrency });
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
  const shown = stream.compose(new spec());
  shown.on('data', (text) => process.stdout.write(text));
  return new Promise((resolve) => shown.on('end', () => setImmediate(resolve)));
}

// A file is itself reported as a test that holds the file's tests.
function isFile(event) {
  return event.nesting === 0 && [...bundles.values()].includes(event.name);
}
