// What each way of making a commit runs into, in real Git: in the main worktree and in a linked one.
// The table in docs/hooks.md says the same; a test at the end compares them.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gitNumbers, hasConfigHooks } from '../../src/hosts/hook-place.ts';
import { makeSandbox } from '../support/sandbox.ts';
import { addLine, furnish, type Shop } from './shop.ts';

const OFF = { COMM_NODE_HOOKS: '0' };
const EDITORS = { GIT_EDITOR: 'true', GIT_SEQUENCE_EDITOR: 'true' };
const FOREIGN = 'src/ui/u.ts';
const OWN = 'src/api/a.ts';

/** Runs Git in the worktree of the row. */
type Run = (...args: string[]) => Promise<number | null>;

interface Row {
  readonly way: string;
  /** The hook that stops it: what it does not stop, the next one does. */
  readonly stops: 'pre-commit' | 'pre-merge-commit' | 'pre-push';
  /** The hook that stops it where Git has hooks in its configuration. */
  readonly stopsInConfig?: Row['stops'];
  /** Does it; the last command's exit code. */
  readonly act: (run: Run, work: Work) => Promise<number | null>;
}

interface Work {
  readonly cwd: string;
  /** Changes a file of the other domain. */
  touch(): void;
  /** Makes the branch `side` with such a change, as if no hook had ever been there. */
  side(more?: string): Promise<void>;
  /** Moves this branch on, so that the other cannot be fast-forwarded. */
  moveOn(): Promise<void>;
}

const inConfig = hasConfigHooks(await gitNumbers());

const ROWS: readonly Row[] = [
  {
    way: 'git commit',
    stops: 'pre-commit',
    act: async (run, { touch }) => {
      touch();
      await run('add', FOREIGN);
      return run('commit', '-m', 'x');
    },
  },
  {
    way: 'git commit -a',
    stops: 'pre-commit',
    act: async (run, { touch }) => {
      touch();
      return run('commit', '-a', '-m', 'x');
    },
  },
  {
    way: 'git commit PATH',
    stops: 'pre-commit',
    act: async (run, { touch }) => {
      touch();
      return run('commit', '-m', 'x', '--', FOREIGN);
    },
  },
  {
    way: 'git commit --amend',
    stops: 'pre-commit',
    act: async (run, { touch, moveOn }) => {
      await moveOn();
      touch();
      return run('commit', '-a', '--amend', '--no-edit');
    },
  },
  {
    way: 'git mv out of the domain of another, then commit',
    stops: 'pre-commit',
    act: async (run) => {
      await run('mv', FOREIGN, 'src/api/moved.ts');
      return run('commit', '-m', 'x');
    },
  },
  {
    way: 'git merge --ff',
    stops: 'pre-push',
    act: async (run, { side }) => {
      await side();
      return run('merge', 'side');
    },
  },
  {
    way: 'git merge --no-ff',
    stops: 'pre-push',
    act: async (run, { side }) => {
      await side();
      return run('merge', '--no-ff', '-m', 'x', 'side');
    },
  },
  {
    way: 'git merge with a conflict, resolved with more than both sides have',
    stops: 'pre-commit',
    act: async (run, { cwd, side }) => {
      await side(OWN);
      addLine(cwd, OWN, '// ours');
      await run('commit', '-a', '-m', 'Ours');
      assert.notEqual(await run('merge', 'side'), 0, 'there is a conflict');
      addLine(cwd, FOREIGN, '// neither side');
      await run('add', '-A', 'src');
      return run('commit', '-m', 'x');
    },
  },
  {
    way: 'git merge --squash, then commit',
    stops: 'pre-commit',
    act: async (run, { side }) => {
      await side();
      await run('merge', '--squash', 'side');
      return run('commit', '-m', 'x');
    },
  },
  {
    way: 'git cherry-pick',
    stops: 'pre-push',
    act: async (run, { side, moveOn }) => {
      await side();
      await moveOn();
      return run('cherry-pick', 'side');
    },
  },
  {
    way: 'git revert',
    stops: 'pre-push',
    act: async (run, { side }) => {
      await side();
      await run('merge', '--quiet', '--ff', 'side');
      return run('revert', '--no-edit', 'HEAD');
    },
  },
  ...['--merge', '--apply'].map(
    (backend): Row => ({
      way: `git rebase ${backend}`,
      stops: 'pre-push',
      act: async (run, { side, moveOn }) => {
        await side();
        await run('branch', '-f', 'onto');
        await moveOn();
        await run('branch', '-f', 'onto');
        await run('reset', '--quiet', '--hard', 'side');
        return run('rebase', backend, 'onto');
      },
    }),
  ),
  {
    way: 'git rebase --interactive',
    stops: 'pre-push',
    act: async (run, { side, moveOn }) => {
      await side();
      await moveOn();
      await run('branch', '-f', 'onto');
      await run('reset', '--quiet', '--hard', 'side');
      return run('rebase', '--interactive', 'onto');
    },
  },
  {
    way: 'git am',
    stops: 'pre-push',
    act: async (run, { cwd, side, moveOn }) => {
      await side();
      await run('format-patch', '--quiet', '-1', 'side', '-o', join(cwd, '..', 'patches'));
      await moveOn();
      return run('am', join(cwd, '..', 'patches', '0001-side.patch'));
    },
  },
  {
    way: 'git stash pop, then commit -a',
    stops: 'pre-commit',
    act: async (run, { touch }) => {
      touch();
      await run('stash');
      await run('stash', 'pop');
      return run('commit', '-a', '-m', 'x');
    },
  },
  {
    way: 'git commit --no-verify',
    stops: 'pre-push',
    act: async (run, { touch }) => {
      touch();
      return run('commit', '-a', '--no-verify', '-m', 'x');
    },
  },
  {
    way: 'git -c core.hooksPath=/dev/null commit',
    stops: 'pre-push',
    stopsInConfig: 'pre-commit',
    act: async (run, { touch }) => {
      touch();
      return run('-c', 'core.hooksPath=/dev/null', 'commit', '-a', '-m', 'x');
    },
  },
  {
    way: 'COMM_NODE_HOOKS=0 git commit',
    stops: 'pre-push',
    act: async (run, { touch }) => {
      touch();
      return run('OFF', 'commit', '-a', '-m', 'x');
    },
  },
];

const root = mkdtempSync(join(tmpdir(), 'comm-node bypass '));
let shop: Shop;
before(async () => {
  shop = await furnish(makeSandbox(root));
  const { code, stderr } = await shop.node(
    shop.origin,
    '--repository',
    shop.hub,
    'hooks',
    'install',
    '--repo',
    'shop',
  );
  assert.equal(code, 0, stderr);
});
after(() => rmSync(root, { recursive: true, force: true }));

for (const worktree of ['shop', 'api-two'] as const) {
  describe(`in the ${worktree === 'shop' ? 'main' : 'linked'} worktree`, () => {
    let cwd: string;
    let base: string;
    before(() => {
      cwd = shop.place(worktree);
      base = shop.git(cwd, 'rev-parse', 'HEAD');
    });

    const run: Run = async (...args) => {
      const off = args[0] === 'OFF';
      const { code } = await shop.run(cwd, off ? args.slice(1) : args, {
        ...EDITORS,
        ...(off ? OFF : {}),
      });
      return code;
    };
    const quietly = (...args: string[]) => shop.run(cwd, args, { ...OFF, ...EDITORS });
    const work = (): Work => ({
      cwd,
      touch: () => addLine(cwd, FOREIGN),
      async side(file = FOREIGN) {
        await quietly('branch', '-f', 'side');
        const branch = shop.git(cwd, 'branch', '--show-current');
        await quietly('checkout', '--quiet', 'side');
        addLine(cwd, file, '// side');
        await quietly('commit', '--quiet', '-a', '-m', 'side');
        await quietly('checkout', '--quiet', branch);
      },
      async moveOn() {
        shop.write(cwd, 'src/api/next.ts', 'export const next = 1;\n');
        await quietly('add', '-A', 'src');
        await quietly('commit', '--quiet', '-m', 'Move on');
      },
    });

    for (const { way, stops, stopsInConfig, act } of ROWS) {
      test(`${way}: ${stops}`, async () => {
        const stopped = inConfig ? (stopsInConfig ?? stops) : stops;
        for (const wreck of ['merge', 'rebase', 'cherry-pick', 'am', 'revert'])
          await quietly(wreck, '--abort');
        await quietly('reset', '--quiet', '--hard', base);
        await quietly('clean', '--quiet', '-fd', 'src');
        const code = await act(run, work());
        const made = shop.git(cwd, 'log', '--format=%H', `${base}..HEAD`, '--', FOREIGN);
        if (stopped !== 'pre-push') {
          assert.notEqual(code, 0, 'it is refused');
          assert.equal(made, '', 'and no commit was made');
          return;
        }
        assert.equal(code, 0, 'no hook of a commit stops it');
        assert.notEqual(made, '', 'so the commit is there');
        const pushed = await shop.run(cwd, ['push', 'origin', 'HEAD:main']);
        assert.notEqual(pushed.code, 0);
        assert.match(
          pushed.stderr,
          /^comm-node refuses this push:\nsrc\/ui\/u\.ts belongs to the domain ui \(frontend\)/m,
        );
        const forced = await shop.run(cwd, ['push', '--no-verify', 'origin', 'HEAD:main']);
        assert.notEqual(forced.code, 0);
        assert.match(forced.stderr, /^remote: comm-node refuses this push:/m);
        assert.equal(shop.git(shop.origin, 'rev-parse', 'main'), base, 'nothing arrived');
      });
    }

    test('what is its own goes all the way', async () => {
      await quietly('reset', '--quiet', '--hard', base);
      addLine(cwd, OWN);
      const made = await shop.run(cwd, ['commit', '-a', '-m', 'Better'], {
        COMM_NODE_TASK: 'bd-7',
      });
      assert.equal(made.code, 0, made.stderr);
      const agent = worktree === 'shop' ? 'backend' : 'backend-two';
      assert.equal(
        shop.git(cwd, 'log', '-1', '--format=%B'),
        `Better\n\nAgent: ${agent}\nTask: bd-7`,
      );
      const pushed = await shop.run(cwd, ['push', 'origin', `HEAD:refs/heads/${agent}`]);
      assert.equal(pushed.code, 0, pushed.stderr);
    });
  });
}

test('the table in docs/hooks.md says the same', () => {
  const page = readFileSync(new URL('../../docs/hooks.md', import.meta.url), 'utf8');
  const rows = [
    ...page.matchAll(/^\| `?([^|]*?)`? \| (pre-commit|pre-merge-commit|pre-push) \|/gm),
  ];
  const told = rows.map(([, way, stops]) => `${way?.replaceAll('`', '')}: ${stops}`).sort();
  assert.deepEqual(told, ROWS.map(({ way, stops }) => `${way}: ${stops}`).sort());
});
