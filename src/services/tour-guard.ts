import type { Guide } from './tour.ts';

const FILE = 'src/login.js';

/** Two agents and one file: a lock, three refusals, a question, and then it goes on. */
export async function guardScript(guide: Guide): Promise<void> {
  await lock(guide);
  await tryAll(guide);
  await agree(guide);
}

async function lock({ section, comm, git, write, say }: Guide): Promise<void> {
  section(
    '7. Hooks that hold',
    'backend rewrites the login, and locks it. The tester works in a linked worktree of the same repository.',
  );
  await comm('backend', ['lock', FILE, '--task', 'shop-7', '--why', 'Rewriting the login']);
  await git('.', ['init', '--quiet', '--bare', 'origin.git']);
  await write(`backend-tests/${FILE}`, 'export const hours = 2;\n');
  await git('backend-tests', ['add', FILE]);
  say(
    'The tester wants to change the file. Claude Code asks before it edits, and is told why not:',
  );
}

async function tryAll({ ask, git, say }: Guide): Promise<void> {
  await ask('backend-tests', ['hook', 'claude', 'PreToolUse'], {
    tool_name: 'Edit',
    tool_input: { file_path: FILE },
  });
  say('A script changed it all the same. The commit is refused:');
  await git('backend-tests', ['commit', '--message', 'Two hours'], 1);
  say('Git has a way around that. It is noted, and ends at the push:');
  await git('backend-tests', ['commit', '--quiet', '--no-verify', '--message', 'Two hours']);
  await git('backend-tests', ['push', '../origin.git', 'HEAD:refs/heads/tests'], 1);
}

async function agree({ ask, comm, git, say }: Guide): Promise<void> {
  say('So it asks, and waits for its turn.');
  const asked = await comm('backend-tests', [
    'ask',
    'backend',
    `May I change ${FILE}?`,
    '--blocking',
  ]);
  const id = /^sent (\w{7}) /m.exec(asked)?.[1] ?? 'ID';
  await comm('backend', ['answer', id, 'Yes, I am done with it.']);
  await comm('backend', ['unlock', FILE]);
  await comm('backend-tests', ['lock', FILE, '--wait', '1m', '--task', 'shop-8']);
  say('Now the same edit meets no objection, and the commit may leave:');
  await ask('backend-tests', ['hook', 'claude', 'PreToolUse'], {
    tool_name: 'Edit',
    tool_input: { file_path: FILE },
  });
  await git('backend-tests', ['push', '../origin.git', 'HEAD:refs/heads/tests']);
  await comm('backend-tests', ['unlock', FILE]);
}
