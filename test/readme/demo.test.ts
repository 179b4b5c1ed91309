import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { TourEvent } from '../../src/services/tour.ts';
import { runCli } from '../support/cli.ts';
import { createSandbox } from '../support/sandbox.ts';
import { whyNoBeads } from '../work/beads.ts';

type Ran = Extract<TourEvent, { command: string }>;

/** A user who has just installed Git: no name, no settings, nothing in the home folder. */
function newcomer(t: TestContext) {
  const { root, env, folder } = createSandbox(t);
  const home = folder('newcomer');
  const own: Record<string, string> = { ...env, HOME: home, TMPDIR: folder('tmp') };
  delete own['GIT_CONFIG_GLOBAL'];
  delete own['COMM_NODE_HOME'];
  return { root, home, env: own };
}

describe('demo', { concurrency: 2 }, () => {
  test('goes to its end, leaves its folder, and nothing in the home of the user', async (t) => {
    const { root, home, env } = newcomer(t);
    const { code, stdout, stderr } = await runCli(['demo', 'tour'], { cwd: root, env });
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.deepEqual(readdirSync(home), []);
    assert.deepEqual(
      readdirSync(join(root, 'tour')).filter((name) => !name.startsWith('.')),
      [
        ...['admin', 'backend', 'backend-tests', 'clone', 'coordination.git', 'docs', 'frontend'],
        ...['integration', 'origin.git', 'plan.json', 'settings', 'website'],
      ],
    );
    assert.match(stdout, /All of it happens in\n {2}\S/);
    assert.match(stdout, /\$ comm-node join \.\.\/coordination\.git --agent backend/);
    assert.match(stdout, /hint: did you mean backend\?/);
    assert.match(stdout, /Where to look next/);
    const release = readFileSync(join(root, 'tour/integration/live/release.txt'), 'utf8');
    assert.match(
      release,
      /^deployment \w{26}\nbackend\/api-contract\.d\.ts@1 [0-9a-f]{64}\nbackend\/api-contract\.yaml@1 [0-9a-f]{64}\n$/,
    );
    // Whoever looks around has nothing to set.
    const frontend = join(root, 'tour', 'frontend');
    const inbox = await runCli(['inbox', '--all'], { cwd: frontend, env });
    assert.match(inbox.stdout, /sub, role and exp\./);
  });

  test('with --json one event a line, each command with what came of it', async (t) => {
    const { root, env } = newcomer(t);
    // With a real bd on the PATH it is the tour with Beads as well.
    const withBeads = whyNoBeads() === undefined;
    const more = withBeads ? ['--tracker', 'beads'] : [];
    const { code, stdout, stderr } = await runCli(['demo', '--remove', '--json', ...more], {
      cwd: root,
      env,
    });
    assert.equal(code, 0, stderr);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as TourEvent);
    const [first] = events;
    assert.ok(first && 'folder' in first);
    assert.equal(existsSync(first.folder), false, 'it was removed');
    const ran = events.filter((event): event is Ran => 'command' in event);
    assert.deepEqual([...new Set(ran.map(({ exit_code }) => exit_code))].sort(), [0, 1, 2]);
    const verbs = ran.map(({ command }) => command.split(' ', 2).join(' '));
    const talk = ['init', 'join', 'send', 'signal', 'ask', 'answer', 'inbox', 'read'];
    const work = ['plan', 'kickoff', 'next', 'claim', 'artifact', 'done', 'integrate', 'deploy'];
    for (const verb of [...talk, ...work]) {
      assert.ok(verbs.includes(`comm-node ${verb}`), verb);
    }
    const inBeads = ran.filter(({ command }) => command.startsWith('bd list')).at(-1)?.output;
    assert.equal(inBeads?.match(/comm-node-task:/g)?.length, withBeads ? 5 : undefined);
    const log = ran.filter(({ command }) => command.startsWith('git log'));
    assert.match(log[0]?.output ?? '', /init: shop\n$/);
    const story =
      /deploy: Deployment done\.[\s\S]* Integration is green\.[\s\S]* is red: [\s\S]*START/;
    assert.match(log[0]?.output ?? '', story);
    assert.match(log[1]?.output ?? '', /^\S+ answer: backend → frontend/m);
    assert.match(log[2]?.output ?? '', /^shop-7 backend: send: backend → all/m);
  });

  test('stops at a step that fails, and says which', async (t) => {
    const { root, env } = newcomer(t);
    const bin = join(root, 'bin');
    mkdirSync(bin);
    const git = '#!/bin/sh\ncase "$*" in worktree*) echo "no room" >&2; exit 128;; esac\n';
    writeFileSync(join(bin, 'git'), `${git}PATH=\${PATH#*:}\nexec git "$@"\n`);
    chmodSync(join(bin, 'git'), 0o755);
    const path = [bin, env['PATH'] ?? ''].join(delimiter);
    const { code, stdout, stderr } = await runCli(['demo', 'tour'], {
      cwd: root,
      env: { ...env, PATH: path },
    });
    assert.equal(code, 2);
    assert.match(stdout, /git worktree add .*\n {2}no room/);
    assert.match(
      stderr,
      /^error: the demo stopped: in backend, "git worktree add .* exit code 128/,
    );
  });

  test('does not play where something is', async (t) => {
    const { root, env } = newcomer(t);
    writeFileSync(join(root, 'file'), '');
    for (const folder of [root, 'file']) {
      const { code, stderr } = await runCli(['demo', folder], { cwd: root, env });
      assert.equal(code, 2);
      assert.match(stderr, /hint: name a folder that does not exist yet/);
    }
  });
});
