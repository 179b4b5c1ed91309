import { join } from 'node:path';
import { readIfPresent, writeFileAtomic } from '../git/files.ts';
import { Ledger, type SavedLedger } from '../records/ledger.ts';
import { type Event, parseLogLine } from './event.ts';
import { parseStateFile } from './state-file.ts';
import type { View } from './view.ts';

/** The layout of `ledger.json`; another number means: add it up anew. */
const FORMAT = 2;
/** So much of the log is added up at each reading before the sum is written down anew. */
const LONG_BYTES = 256 * 1024;

/** `ledger.json` beside the log of the index: the budgets as the first `logBytes` bytes make them. */
interface Kept {
  readonly format: number;
  readonly logBytes: number;
  readonly ledger: SavedLedger;
}

/** The budgets of a view: what was added up before, and what came since. */
export async function loadLedger(view: View): Promise<Ledger> {
  const ledger = (await fromIndex(view)) ?? (await mended(view));
  for (const event of view.fold.events) add(ledger, event);
  return ledger;
}

/** Undefined when the log is damaged. */
async function fromIndex(view: View): Promise<Ledger | undefined> {
  const { head, store } = view;
  const place = join(store.folder, 'ledger.json');
  const kept = parseStateFile<Kept>(
    await readIfPresent(place),
    ({ format, logBytes }) =>
      format === FORMAT && typeof logBytes === 'number' && logBytes <= head.logBytes,
  );
  const ledger = new Ledger(kept?.ledger);
  const from = kept?.logBytes ?? 0;
  const whole = await store.scanLogFrom(head, from, (chunk) => {
    for (const line of chunk.toString('utf8').split('\n')) {
      const event = parseLogLine(line);
      if (event) add(ledger, event);
    }
    return true;
  });
  if (!whole) return undefined;
  if (head.logBytes - from > LONG_BYTES) {
    const text = JSON.stringify({ format: FORMAT, logBytes: head.logBytes, ledger: ledger.save() });
    // A disk that cannot be written costs only time.
    await view.withIndex(() => writeFileAtomic(place, text).catch(() => undefined));
  }
  return ledger;
}

async function mended(view: View): Promise<Ledger> {
  await view.repair();
  return (await fromIndex(view)) ?? new Ledger();
}

function add(ledger: Ledger, event: Event): void {
  if (!('violation' in event)) ledger.add(event);
}
