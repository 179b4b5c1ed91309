import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runProcess } from '../support/cli.ts';
import { API, must, openShop } from './artifact-shop.ts';

test('artifacts of one shop', async (t) => {
  const settings = [
    '[[artifacts.adapters]]\nkind = "openapi"\nto = "typescript"\nuse = "openapi-typescript"\n',
    '[[artifacts.adapters]]\nkind = "slow"\nto = "x"\nname = "x"\ncommand = "sleep 60"\ntimeout = "300ms"\n',
    '[[artifacts.adapters]]\nkind = "none"\nto = "x"\nname = "x"\ncommand = "true {in} {out}"\n',
    '[[artifacts.adapters]]\nkind = "upper"\nto = "x"\nname = "{name}.up"\ncommand = "tr a-z A-Z < {in} > {out}"\n',
    '[[artifacts.files]]\ndomain = "backend"\nfile = "api.yaml"\nkind = "openapi"\n',
  ].join('\n');
  const { as, clone, env, git, publishes, push, root, write } = await openShop(t, settings);

  await t.test('a declared file that was committed and not published is remembered', async () => {
    const cwd = join(root, 'backend');
    await runProcess('git', ['add', 'api.yaml'], { cwd, env });
    const made = await runProcess('git', ['commit', '-m', 'The API'], { cwd, env });
    assert.match(
      made.stderr,
      /api\.yaml is not published yet\. Next:\n {2}comm-node artifact publish api\.yaml/,
    );
  });

  await t.test('bad input is refused with a word, and nothing is written', async () => {
    mkdirSync(join(root, 'backend/folder'));
    write(
      'backend/bad.yaml',
      'openapi: 3.0.0\ninfo: {title: x, version: "1"}\npaths: {a: {$ref: "/etc/passwd"}}\n',
    );
    write('backend/broken.yaml', 'openapi: [3.0.0\ninfo: }');
    const cases: [string[], number, RegExp][] = [
      [['api.yaml', '--name', '../../outside'], 2, /"\.\.\/\.\.\/outside" cannot name an artifact/],
      [
        ['broken.yaml', '--kind', 'openapi', '--no-adapters'],
        1,
        /broken\.yaml cannot be published as openapi: it is no YAML/,
      ],
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

  await t.test('what is no text is written, not printed', async () => {
    const every = Buffer.from(Array.from({ length: 1024 }, (_, at) => at % 256));
    const samples = [every, Buffer.from('one\r\ntwo\r\n'), Buffer.from('a\0b'), Buffer.alloc(0)];
    for (const [at, data] of samples.entries()) {
      const key = `backend/sample-${at}.bin`;
      write(`backend/sample-${at}.bin`, data);
      const line = ['artifact', 'publish', `sample-${at}.bin`, '--kind', 'bundle'];
      await must(as('backend', line));
      if (data.length > 0) {
        const printed = await as('frontend', ['artifact', 'get', key]);
        assert.deepEqual([printed.code, printed.stdout], [1, ''], key);
        assert.match(printed.stderr, new RegExp(`hint: comm-node artifact get ${key} -o`));
      }
      await must(as('frontend', ['artifact', 'get', key, '-o', `in/${at}.bin`]));
      assert.ok(readFileSync(join(root, `frontend/in/${at}.bin`)).equals(data), key);
    }
  });

  await t.test(
    'what is large stays in its repository, and is fetched and verified from there',
    async () => {
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
    },
  );

  await t.test(
    'a version that was altered by hand is caught, by its content and by its record',
    async () => {
      await must(as('frontend', ['artifact', 'verify']));
      const file = join(clone, 'artifacts/backend/files/api.yaml');
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
    },
  );
});

describe('a writer', { concurrency: 2 }, () => {
  for (const scheme of ['', 'file://']) {
    test(`that is killed at any step has published, or not (${scheme || 'in place'})`, async (t) => {
      const { as, hub, git, publishes, root, write } = await openShop(t, '', scheme);
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
      if (scheme === '') return;
      // Without the remote nothing is published, and nothing is kept for later.
      renameSync(hub, join(root, 'away.git'));
      write('backend/api.yaml', `${API}# late\n`);
      const { code, stderr } = await as('backend', ['artifact', 'publish', 'api.yaml']);
      assert.equal(code, 2, stderr);
      renameSync(join(root, 'away.git'), hub);
      const synced = await must(as('backend', ['sync', '--json']));
      assert.equal(synced.json().data['sent'], 0);
    });
  }
});
