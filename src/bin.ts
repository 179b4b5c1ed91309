#!/usr/bin/env node
import { readSync, writeSync } from 'node:fs';

const [, , ...words] = process.argv;

// Answered with nothing loaded: scripts and agents ask this often.
if (words.length === 1 && (words[0] === '--version' || words[0] === '-v')) {
  writeSync(1, `${process.env['COMM_NODE_VERSION'] ?? 'unbuilt'}\n`);
} else if (words[0] === 'hook' && words[1] !== undefined && !words[1].startsWith('-')) {
  // Called at every commit and at every step of an agent: no command line is built for it.
  import('./hooks/entry.ts').then(async ({ answerHook }) => {
    const { env } = process;
    const host = { cwd: process.cwd(), env, words: words.slice(1), input: readAll };
    const { code, stdout = '', stderr = '' } = await answerHook(host);
    writeAll(2, stderr);
    writeAll(1, stdout);
    process.exit(code);
  });
} else {
  import('./cli.ts').then(async ({ main }) => {
    // All is written: tidying up the heap would cost as much as many a verb.
    process.exit(await main(words));
  });
}

/** All of standard input. A host that has not written yet is waited for. */
function readAll(): string {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(65_536);
    const length = untilReady(() => readSync(0, chunk), 0);
    if (length === 0) return Buffer.concat(chunks).toString('utf8');
    chunks.push(chunk.subarray(0, length));
  }
}

function writeAll(to: 1 | 2, text: string): void {
  const data = Buffer.from(text);
  for (let at = 0; at < data.length; ) at += untilReady(() => writeSync(to, data, at), data.length);
}

/** A pipe may be busy for a moment; one that nobody is at, and the end of one, are no errors here. */
function untilReady(step: () => number, otherwise: number): number {
  for (;;) {
    try {
      return step();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return otherwise;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}
