import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeSandbox } from '../support/sandbox.ts';
import { type SshServer, serveSsh, whyNoSsh } from '../support/ssh-server.ts';
import { type Example, examplesOf } from './page.ts';
import { machine, masksFor, Reader } from './reader.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const why = whyNoSsh();
if (why) console.warn(`TWO MACHINES OVER SSH ARE NOT TESTED: ${why}`);

/** Who follows README at which machine. */
const WHERE = { laptop: 'backend', desktop: 'frontend' } as const;

test('README: two machines, over ssh', { skip: why ?? false }, async (t) => {
  const examples = examplesOf(readme).filter(({ script }) => machineOf(script.marks));
  assert.ok(examples.length >= 6);
  const world = await begin(t);
  let ups = 0;
  for (const example of examples) {
    const { marks } = example.script;
    if (marks.includes('the server goes down')) world.down();
    if (marks.includes('the server is back')) await world.up(++ups);
    await world.follow(example);
  }
  assert.equal(ups, 1, 'it was down once, and came back');
});

async function begin(t: TestContext) {
  const server = machine(t, 'server');
  server.git(server.root, 'init', '--quiet', '--bare', 'shop.git');
  const base = machine(t, 'world').root;
  const masks = masksFor(base);
  const readers = new Map(
    Object.entries(WHERE).map(([name, repository]) => {
      const sandbox = makeSandbox(join(base, name));
      sandbox.repository(repository);
      return [name, new Reader(sandbox, masks)];
    }),
  );
  let ssh: SshServer | undefined;
  t.after(() => ssh?.close());
  const up = async (round: number): Promise<void> => {
    ssh = await serveSsh(join(server.root, `ssh-${round}`), { HOME: join(server.root, 'home') });
    for (const reader of readers.values()) {
      reader.export(ssh.env);
      // The address in README leads to this server, as a name in ~/.ssh/config would.
      const config = join(reader.sandbox.root, 'home', 'gitconfig');
      const base = ssh.url(`${server.root}/`);
      appendFileSync(config, `[url "${base}"]\n\tinsteadOf = ssh://git@example.com/srv/\n`);
    }
  };
  await up(0);
  return {
    up,
    down: () => ssh?.close(),
    async follow(example: Example): Promise<void> {
      const reader = readers.get(machineOf(example.script.marks) ?? '');
      assert.ok(reader);
      await reader.follow(example, (text) =>
        text.replace(/host 127\.0\.0\.1 port \d+/g, 'host example.com port 22'),
      );
    },
  };
}

function machineOf(marks: readonly string[]): string | undefined {
  return marks.find((mark) => mark.startsWith('on: '))?.slice('on: '.length);
}
