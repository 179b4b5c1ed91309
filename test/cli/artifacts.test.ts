import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type CliResult, runCli, runProcess } from '../support/cli.ts';
import { createSandbox } from '../support/sandbox.ts';

const API = 'openapi: 3.0.3\ninfo: {title: Auth, version: "1"}\npaths: {}\n';

/** A backend that publishes and a frontend that consumes, with settings added to the project's. */
async function openShop(t: TestContext, settings = '', scheme = '') {
  const sandbox = createSandbox(t);
  const { root, env, git } = sandbox;
  const as = (agent: string, args: readonly string[], more: Record<string, string> = {}) =>
    runCli(args, { cwd: join(root, agent), env: { ...env, ...more } });
  await must(runCli(['init', 'hub.git', '--project', 'shop'], { cwd: root, env }));
  const url = `${scheme}${root}/hub.git`;
  for (const [agent, way, kind] of [
    ['backend', '--exports', 'openapi'],
    ['frontend', '--imports', 'openapi'],
  ] as const) {
    sandbox.repository(agent);
    await must(as(agent, ['join', url, '--agent', agent, '--domain', agent, way, kind]));
  }
  const clone = join(root, 'clone');
  git(root, 'clone', '--quiet', 'hub.git', 'clone');
  if (settings !== '') {
    appendFileSync(join(clone, 'comm-node.toml'), `\n${settings}`);
    git(clone, 'commit', '--quiet', '-am', 'Settings');
    git(clone, 'push', '--quiet');
  }
  const write = (file: string, data: string | Uint8Array) => writeFileSync(join(root, file), data);
  write('backend/api.yaml', API);
  const hub = join(root, 'hub.git');
  const publishes = () =>
    git(hub, 'log', '--format=%s', '--grep=^publish: ', 'main').split('\n').filter(Boolean);
  return { ...sandbox, as, clone, write, hub, publishes };
}

async function must(run: Promise<CliResult>): Promise<CliResult> {
  const result = await run;
  if (result.code !== 0) throw new Error(result.stderr);
  return result;
}

describe('artifacts', { concurrency: 2 }, () => {
  test('a version that was altered by hand is caught, by its content and by its record', async (t) => {
    const { as, clone, git, root } = await openShop(t);
    await must(as('backend', ['artifact', 'publish', 'api.yaml']));
    await must(as('frontend', ['artifact', 'verify']));
    const file = join(clone, 'artifacts/backend/files/api.yaml');
    const push = (what: string) => {
      git(clone, 'commit', '--quiet', '-am', what);
      git(clone, 'push', '--quiet');
    };
    git(clone, 'pull', '--quiet');
    appendFileSync(file, '# altered\n');
    push('Alter the content');
    const verified = await as('frontend', ['artifact', 'verify', '--json']);
    assert.equal(verified.code, 1);
    const { code, message, data } = verified.json().error;
    assert.equal(code, 'artifact-altered');
    assert.ok(
      message.includes(String(data['expected'])) && message.includes(String(data['found'])),
    );
    const got = await as('frontend', ['artifact', 'get', 'backend/api.yaml', '-o', 'out.yaml']);
    assert.match(got.stderr, /was altered/);
    assert.equal(existsSync(join(root, 'frontend/out.yaml')), false);
    // Whoever alters content and record alike is betrayed by the history of the record.
    const record = join(clone, 'artifacts/backend/api.yaml.md');
    const text = readFileSync(record, 'utf8');
    const bytes = readFileSync(file).length;
    const forged = text.replace(/^sha256: .*$/m, `sha256: ${String(data['found'])}`);
    writeFileSync(record, forged.replace(/^bytes: .*$/m, `bytes: ${bytes}`));
    push('Alter the record as well');
    const again = await as('frontend', ['artifact', 'verify', 'backend/api.yaml']);
    assert.equal(again.code, 1);
    assert.match(again.stderr, /was altered: commit \w{10} by backend says/);
  });

  test('a writer that is killed at any step published it, or not; never twice, never half', async (t) => {
    for (const scheme of ['', 'file://']) {
      const { as, hub, git, publishes, write } = await openShop(t, '', scheme);
      const points = ['stored', 'queued', 'built', 'swapped', 'landed'];
      let version = 0;
      for (const point of points) {
        write('backend/api.yaml', `${API}# ${scheme}${point}\n`);
        const killed = await as('backend', ['artifact', 'publish', 'api.yaml'], {
          COMM_NODE_FAULT_POINT: point,
        });
        // Over a push nothing is swapped by us.
        if (point !== 'swapped' || scheme === '') assert.equal(killed.code, null, point);
        const record = `main:artifacts/backend/api.yaml.md`;
        const there = publishes().length === version + 1;
        if (there) {
          // Record, content and message are in one commit, or none of them is.
          const files = git(hub, 'show', '--name-only', '--format=', 'main').split('\n').sort();
          assert.match(
            files.join(' '),
            /^artifacts\/backend\/api\.yaml\.md artifacts\/backend\/files\/api\.yaml messages\/\S+$/,
          );
        }
        const { artifact } = (
          await must(as('backend', ['artifact', 'publish', 'api.yaml', '--json']))
        ).json().data as { artifact: { version: number } };
        version++;
        assert.equal(artifact.version, version, `${scheme}${point}`);
        assert.equal(publishes().length, version, `${scheme}${point}`);
        assert.match(git(hub, 'show', record), new RegExp(`^version: ${version}$`, 'm'));
      }
      await must(as('frontend', ['sync']));
      await must(as('frontend', ['artifact', 'verify']));
      assert.equal(git(hub, 'fsck', '--no-dangling'), '');
    }
  });

  test('what is large stays in its repository, and is fetched and verified from there', async (t) => {
    const { as, write, git, root } = await openShop(t);
    const large = Buffer.alloc(50_000_000, 'abcdefgh\0\u0001');
    write('backend/app.bin', large);
    const bare = await as('backend', ['artifact', 'publish', 'app.bin', '--kind', 'bundle']);
    assert.equal(bare.code, 2);
    assert.match(
      bare.stderr,
      /cannot be published by reference: it is not committed\nhint: commit it/,
    );
    git(join(root, 'backend'), 'add', 'app.bin');
    git(join(root, 'backend'), 'commit', '--quiet', '--no-verify', '-m', 'Large');
    const { stdout } = await must(
      as('backend', ['artifact', 'publish', 'app.bin', '--kind', 'bundle']),
    );
    assert.match(stdout, /^published backend\/app\.bin v1 \(bundle, 50\.0 MB, .*, in backend\)/);
    await must(as('frontend', ['artifact', 'get', 'backend/app.bin', '-o', 'in/']));
    assert.ok(readFileSync(join(root, 'frontend/in/app.bin')).equals(large));
    const printed = await as('frontend', ['artifact', 'get', 'backend/app.bin']);
    assert.match(
      printed.stderr,
      /too much to print\nhint: comm-node artifact get backend\/app\.bin -o/,
    );
  });

  test('bad input is refused with a word, and nothing is written', async (t) => {
    const adapters = [
      '[[artifacts.adapters]]\nkind = "openapi"\nto = "typescript"\nuse = "openapi-typescript"\n',
      '[[artifacts.adapters]]\nkind = "slow"\nto = "x"\nname = "x"\ncommand = "sleep 60"\ntimeout = "300ms"\n',
      '[[artifacts.adapters]]\nkind = "none"\nto = "x"\nname = "x"\ncommand = "true {in} {out}"\n',
      '[[artifacts.adapters]]\nkind = "upper"\nto = "x"\nname = "{name}.up"\ncommand = "tr a-z A-Z < {in} > {out}"\n',
    ].join('\n');
    const { as, write, publishes, root } = await openShop(t, adapters);
    mkdirSync(join(root, 'backend/folder'));
    write(
      'backend/bad.yaml',
      'openapi: 3.0.0\ninfo: {title: x, version: "1"}\npaths: {a: {$ref: "/etc/passwd"}}\n',
    );
    write('backend/broken.yaml', 'openapi: [3.0.0\ninfo: }');
    const cases: [string[], number, RegExp][] = [
      [['api.yaml', '--name', '../../outside'], 2, /"\.\.\/\.\.\/outside" cannot name an artifact/],
      [['api.yaml', '--name', 'README'], 2, /cannot name an artifact/],
      [['absent.yaml'], 2, /there is no such file/],
      [['folder'], 2, /it is no file/],
      [['bad.yaml', '--kind', 'openapi'], 2, /\$ref "\/etc\/passwd" leads out of the document/],
      [['broken.yaml', '--kind', 'openapi'], 2, /it is neither JSON nor YAML/],
      [['api.yaml', '--kind', 'slow'], 2, /the adapter "sleep 60" did not end within 300ms/],
      [['api.yaml', '--kind', 'none'], 2, /wrote nothing to \{out\}/],
      [['api.yaml', '--kind', 'BAD KIND'], 1, /kind.*expected a word in lower case/],
      [['api.yaml', '--domain', 'frontend'], 1, /backend publishes for backend, not for frontend/],
      [['api.yaml', '--if-version', '7'], 1, /is at version 0, not 7/],
    ];
    for (const [words, exit, expected] of cases) {
      const { code, stderr } = await as('backend', ['artifact', 'publish', ...words]);
      assert.equal(code, exit, stderr);
      assert.match(stderr, expected);
    }
    assert.deepEqual(publishes(), []);
    assert.deepEqual(
      readdirSync(root).filter((name) => name.startsWith('outside')),
      [],
    );
    const { stdout } = await must(as('backend', ['artifact', 'publish', 'api.yaml']));
    assert.match(stdout, /api\.d\.ts v1 \(typescript, .*, from backend\/api\.yaml@1\)/);
    await must(
      as('backend', ['artifact', 'publish', 'api.yaml', '--kind', 'upper', '--name', 'a.b']),
    );
    const made = await must(as('frontend', ['artifact', 'get', 'backend/a.up']));
    assert.match(made.stdout, /^OPENAPI: 3\.0\.3/);
  });

  test('a declared file that was committed and not published is remembered', async (t) => {
    const files = '[[artifacts.files]]\ndomain = "backend"\nfile = "api.yaml"\nkind = "openapi"\n';
    const { root, env } = await openShop(t, files);
    const cwd = join(root, 'backend');
    await runProcess('git', ['add', 'api.yaml'], { cwd, env });
    const made = await runProcess('git', ['commit', '-m', 'The API'], { cwd, env });
    assert.match(
      made.stderr,
      /api\.yaml is not published yet\. Next:\n {2}comm-node artifact publish api\.yaml/,
    );
  });

  test('without the remote nothing is published, and nothing is kept for later', async (t) => {
    const { as, hub, root } = await openShop(t, '', 'file://');
    renameSync(hub, join(root, 'away.git'));
    const { code, stderr } = await as('backend', ['artifact', 'publish', 'api.yaml']);
    assert.equal(code, 2, stderr);
    renameSync(join(root, 'away.git'), hub);
    const { stdout } = await must(as('backend', ['sync', '--json']));
    assert.equal((JSON.parse(stdout) as { data: { sent: number } }).data.sent, 0);
  });
});

describe('the gates', () => {
  test('red stops, green opens, what was altered or is new closes again; deployed once', async (t) => {
    const settings = [
      '[integration]\nartifacts = ["backend/api.yaml"]',
      '[[integration.commands]]\nname = "together"\nrun = "test -f ok"\ntimeout = "5s"',
      '[[integration.commands]]\nname = "never"\nrun = "test ! -f hang || sleep 60"\ntimeout = "400ms"',
      '[deploy]\nrun = "echo x >> deployed; test ! -f bad"\nrollback = "echo x >> rolled-back"\n',
    ].join('\n');
    const { as, root, write, clone, git } = await openShop(t, settings);
    const refused = async (args: string[], code: string) => {
      const result = await as('backend', [...args, '--json', '--quiet']);
      assert.equal(result.code, 1, result.stderr);
      assert.equal(result.json().error.code, code);
      return result.json().error;
    };
    const count = (name: string) =>
      existsSync(join(root, 'backend', name))
        ? readFileSync(join(root, 'backend', name), 'utf8').length / 2
        : 0;
    await refused(['deploy'], 'no-report');
    assert.match(
      (await refused(['integrate'], 'integration-red')).message,
      /api\.yaml is not published/,
    );
    await must(as('backend', ['artifact', 'publish', 'api.yaml']));
    assert.match(
      (await refused(['integrate'], 'integration-red')).message,
      /together \(exit code 1/,
    );
    await refused(['deploy'], 'report-red');
    write('backend/ok', '');
    write('backend/hang', '');
    assert.match(
      (await refused(['integrate'], 'integration-red')).message,
      /did not end within 400ms/,
    );
    rmSync(join(root, 'backend/hang'));
    await must(as('backend', ['integrate', '--quiet']));
    write('backend/bad', '');
    assert.match((await refused(['deploy'], 'deploy-failed')).message, /and was rolled back/);
    rmSync(join(root, 'backend/bad'));
    await must(as('backend', ['deploy', '--quiet']));
    const again = await must(as('backend', ['deploy', '--quiet']));
    assert.match(again.stdout, /^deployed before/);
    assert.deepEqual([count('deployed'), count('rolled-back')], [2, 1]);
    // What the report is about is altered: both gates close.
    git(clone, 'pull', '--quiet');
    appendFileSync(join(clone, 'artifacts/backend/files/api.yaml'), '# altered\n');
    git(clone, 'commit', '--quiet', '-am', 'Alter');
    git(clone, 'push', '--quiet');
    assert.match((await refused(['integrate'], 'integration-red')).message, /was altered/);
    git(clone, 'pull', '--quiet');
    git(clone, 'revert', '--no-edit', 'HEAD~1');
    git(clone, 'push', '--quiet');
    await must(as('backend', ['integrate', '--quiet']));
    git(clone, 'pull', '--quiet');
    appendFileSync(join(clone, 'artifacts/backend/files/api.yaml'), '# altered\n');
    git(clone, 'commit', '--quiet', '-am', 'Alter');
    git(clone, 'push', '--quiet');
    await refused(['deploy'], 'artifact-altered');
    write('backend/api.yaml', `${API}# next\n`);
    await must(as('backend', ['artifact', 'publish', 'api.yaml']));
    await refused(['deploy'], 'report-outdated');
  });

  test('a kickoff starts once, with the last that accepts; an objection goes to the human', async (t) => {
    const { as, root, env, git, hub } = await openShop(t);
    const human = (args: string[]) =>
      runCli([...args, '--agent', 'human', '--repository', 'hub.git'], { cwd: root, env });
    await must(human(['kickoff', 'open', 'user-auth', '--expect', 'backend,frontend,docs']));
    await must(as('backend', ['kickoff', 'accept', 'user-auth']));
    await must(as('frontend', ['kickoff', 'object', 'user-auth', '--why', 'Which claims?']));
    assert.match((await human(['inbox'])).stdout, /frontend objects to user-auth: Which claims\?/);
    const early = await as('backend', ['kickoff', 'start', 'user-auth', '--force']);
    assert.match(early.stderr, /only the human starts without frontend, docs/);
    assert.equal((await human(['kickoff', 'start', 'user-auth'])).code, 1);
    await must(as('frontend', ['kickoff', 'accept', 'user-auth']));
    await must(human(['kickoff', 'start', 'user-auth', '--force']));
    await must(human(['kickoff', 'start', 'user-auth']));
    const log = git(hub, 'log', '--format=%an: %s', 'main', '--grep=START');
    assert.equal(log, 'human: kickoff: human starts user-auth without docs: START');
    const status = await must(as('backend', ['kickoff', 'status', '--json']));
    const { kickoff } = status.json().data as { kickoff: Record<string, unknown> };
    assert.deepEqual([kickoff['forced'], kickoff['accepted']], [true, ['backend', 'frontend']]);
    assert.match((await as('frontend', ['inbox'])).stdout, /START user-auth/);
  });
});
