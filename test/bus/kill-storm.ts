import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { audit, type Live, startWriter, type Writer } from '../support/storm.ts';
import { enter, foundProject, openDesk } from './setting.ts';

// SIGKILL of random writers, and of whoever holds the hub, in the middle of a
// storm of 200 messages: what was acknowledged is there once, what was not is
// there once or not at all, and the hub works on with nothing mended by hand.

/** CI runs all 200; a developer's `npm test` a part of them, unless told otherwise. */
const RUNS = Number(process.env['COMM_NODE_KILL_RUNS'] ?? (process.env['CI'] ? 200 : 20));
const WRITERS = 4;
const EACH = 50;

/**
 * Storms of 200 messages with kills in them, one after the other in one repository.
 * @param share of all runs, from 0 to 1
 */
export function killStorms(title: string, share: number, urlOf: (path: string) => string): void {
  const runs = Math.max(1, Math.round(RUNS * share));
  test(`SIGKILL during a storm over ${title}, ${runs} times`, async (t) => {
    const sandbox = createSandbox(t);
    t.after(enter(sandbox));
    const agents = Array.from({ length: WRITERS }, (_, i) => `agent-${i + 1}`);
    const path = await foundProject(sandbox, agents);
    const home = join(sandbox.root, 'machine');
    const seats = agents.map((agent) => new Seat({ agent, url: urlOf(path), home }, sandbox));
    t.after(() => {
      for (const seat of seats) seat.leave();
    });
    let before = sandbox.git(path, 'rev-parse', 'main');
    for (let run = 0; run < runs; run++) {
      checkRun(sandbox, path, await killingStorm(seats), before, run);
      before = sandbox.git(path, 'rev-parse', 'main');
    }
    const { doubled, merges, sideways, fsck } = audit(path, sandbox.env);
    assert.deepEqual(
      { doubled, merges, sideways, fsck },
      { doubled: [], merges: 0, sideways: 0, fsck: '' },
    );
    const desk = await openDesk(urlOf(path), home);
    const last = await desk.send('agent-1', 'agent-2', 'Still here.');
    assert.ok('published' in last);
    desk.bus.close();
  });
}

/** What all writers of one storm said, and how many of them were killed. */
interface Told {
  readonly acked: string[];
  readonly problems: unknown[];
  kills: number;
}

/** Every writer sends its share; while they do, two of the four are killed, once or twice. */
async function killingStorm(seats: readonly Seat[]): Promise<Told> {
  const told: Told = { acked: [], problems: [], kills: 0 };
  const spared = Math.floor(Math.random() * WRITERS);
  const isSpared = (i: number) => i === spared || i === (spared + 2) % WRITERS;
  await Promise.all(
    seats.map((seat, i) => seat.send(isSpared(i) ? 0 : 1 + Math.floor(Math.random() * 2), told)),
  );
  return told;
}

/** An agent, and the process that writes for it now: who is not killed writes in the next storm too. */
class Seat {
  readonly #writer: Writer;
  readonly #sandbox: Sandbox;
  #live: Live | undefined;

  constructor(writer: Writer, sandbox: Sandbox) {
    this.#writer = { ...writer, rounds: true };
    this.#sandbox = sandbox;
  }

  /** Sends its share, killed so many times on the way, at moments that differ from run to run. */
  async send(kills: number, told: Told): Promise<void> {
    let left = EACH;
    for (let still = kills; left > 0; still--) {
      this.#live ??= await startWriter(this.#writer, this.#sandbox.env, 0);
      const { child, report, ready, ended, round } = this.#live;
      await ready;
      const [acked, problems] = [report.acked.length, report.problems.length];
      const sent = round(left);
      if (still > 0) {
        await Promise.race([sent, setTimeout(Math.random() * 600)]);
        this.#live = undefined;
        child.kill('SIGKILL');
        await ended;
        told.kills++;
      } else await sent;
      told.acked.push(...report.acked.slice(acked).map(({ id }) => id));
      told.problems.push(...report.problems.slice(problems));
      left -= report.acked.length - acked;
      if (still <= 0) assert.equal(left, 0, JSON.stringify(told.problems));
    }
  }

  leave(): void {
    this.#live?.child.kill('SIGKILL');
  }
}

function checkRun(
  sandbox: Sandbox,
  path: string,
  { acked, problems, kills }: Told,
  before: string,
  run: number,
): void {
  const { landed, doubled, merges, sideways } = audit(path, sandbox.env, before);
  const there = new Set(landed.map(({ id }) => id));
  const lost = acked.filter((id) => !there.has(id));
  assert.deepEqual(
    { run, lost, doubled, merges, sideways, problems },
    { run, lost: [], doubled: [], merges: 0, sideways: 0, problems: [] },
  );
  // Each kill can leave at most one message that landed without its writer hearing of it.
  const unheard = landed.length - acked.length;
  assert.ok(unheard >= 0 && unheard <= kills, `${unheard} unheard in run ${run}`);
}
