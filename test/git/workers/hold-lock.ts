// Takes and gives back a lock for some milliseconds, and writes both to a log that several processes append to.

import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessLock } from '../../../src/git/lock.ts';

const [path = '', log = '', forMs = '0'] = process.argv.slice(2);
const file = openSync(log, 'a');
const end = Date.now() + Number(forMs);
while (Date.now() < end) {
  const held = await new ProcessLock().tryAcquire(path);
  if (held) {
    writeSync(file, `a ${process.pid} ${held.takenOver}\n`);
    await sleep(Math.random() * 3);
    if (!(await held.isStillMine())) writeSync(file, `lost ${process.pid}\n`);
    writeSync(file, `r ${process.pid}\n`);
    await held.release();
  }
  await sleep(Math.random() * 2);
}
closeSync(file);
