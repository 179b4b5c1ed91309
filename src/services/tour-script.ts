import type { Guide } from './tour.ts';
import { featureScript } from './tour-feature.ts';
import { guardScript } from './tour-guard.ts';

const DESIGN = `# How a login works

## Flow

The form posts a name and a password to /login, and gets a token.

## Token

- It is a JWT, valid for one hour.
- The claims are listed in login.yaml.
`;

/** The whole tour: how agents of one product come to talk, and where it is kept. */
export async function tourScript(guide: Guide): Promise<void> {
  await begin(guide);
  await join(guide);
  await talk(guide);
  const question = await ask(guide);
  await read(guide, question);
  await err(guide);
  await guardScript(guide);
  await featureScript(guide);
  await lookBack(guide);
  await lookIntoGit(guide);
}

async function begin({ section, comm }: Guide): Promise<void> {
  section(
    '1. A coordination repository',
    'One bare Git repository holds all records. Here it is a folder; it can be any Git remote.',
  );
  await comm('.', ['init', 'coordination.git', '--project', 'shop']);
}

async function join({ section, comm, git, say }: Guide): Promise<void> {
  section(
    '2. Agents join',
    'Three domain repositories and a linked worktree, each with an agent of its own.',
  );
  for (const name of ['backend', 'frontend', 'docs']) await git('.', ['init', '--quiet', name]);
  await git('backend', ['commit', '--quiet', '--allow-empty', '--message', 'Begin']);
  await git('backend', ['worktree', 'add', '--quiet', '../backend-tests']);
  const where = '../coordination.git';
  const roles = [
    ['backend', 'Builds the API', '--exports'],
    ['frontend', 'Builds the pages', '--imports'],
    ['docs', 'Writes the manual', '--imports'],
  ] as const;
  for (const [agent, role, way] of roles) {
    const who = ['--agent', agent, '--domain', agent, '--role', role];
    await comm(agent, ['join', where, ...who, way, 'openapi']);
  }
  await comm('backend-tests', ['join', where, '--agent', 'tester', '--domain', 'api-tests']);
  say('From now on each folder knows who works there: no command has to name its sender.');
}

async function talk({ section, comm, say, write }: Guide): Promise<void> {
  section('3. Messages in three sizes', 'A few sentences are the usual size: "coordination".');
  await comm('backend', [
    'send',
    'frontend',
    'The login API is ready. Its contract is login.yaml.',
    ...['--type', 'artifact_ready', '--artifact', 'login.yaml', '--task', 'shop-7', '--ack'],
  ]);
  say('A signal is one line: done, the task, who tells whom, urgent, the artifact, what to do.');
  await comm('backend', ['signal', '✓shop-7 backend→docs [!] 📄login.yaml →describe-login']);
  say('A detailed message has sections. A file or a pipe may hold it.');
  await write('backend/login.md', DESIGN);
  await comm('backend', ['send', 'all', '--file', 'login.md', '--task', 'shop-7']);
}

async function ask({ section, comm }: Guide): Promise<string> {
  section('4. A question', 'frontend cannot go on without the answer, and says so.');
  const asked = await comm('frontend', [
    ...['ask', 'backend', 'Which claims does the token carry?'],
    ...['--blocking', '--task', 'shop-7'],
  ]);
  const id = idIn(asked);
  await comm('backend', ['inbox']);
  await comm('backend', ['answer', id, 'sub, role and exp.']);
  return id;
}

async function read({ section, comm, say }: Guide, question: string): Promise<void> {
  section(
    '5. What an agent sees',
    'The inbox is a digest, the most pressing first, within a number of tokens.',
  );
  const digest = await comm('frontend', ['inbox', '--max-tokens', '400']);
  const ready = idIn(digest, /^ +(\w{7}) .* artifact_ready/m);
  await comm('frontend', ['read', ready]);
  await comm('frontend', ['ack', ready]);
  say('Without an id, read takes what is most pressing. What was read leaves a receipt.');
  await comm('frontend', ['read']);
  await comm('frontend', ['inbox']);
  say('A conversation, and what was said about a word:');
  await comm('frontend', ['thread', question]);
  await comm('docs', ['search', 'login', 'from:backend']);
  say('Every verb answers programs with --json.');
  await comm('docs', [
    'send',
    'backend',
    'The page on login is written.',
    '--task',
    'shop-7',
    '--json',
  ]);
}

async function err({ section, comm }: Guide): Promise<void> {
  section(
    '6. Mistakes',
    'A refusal says what to do next. Exit code 1 is an honest no, 2 a command that could not be done.',
  );
  await comm('frontend', ['send', 'bakend', 'Thanks, that is all I need.'], 1);
  await comm('frontend', ['inbox', '--max-token', '300'], 2);
}

async function lookBack({ section, comm }: Guide): Promise<void> {
  section('12. Everybody at a glance', 'Who is here, what waits, when each was last seen.');
  await comm('docs', ['status']);
}

async function lookIntoGit({ section, git, say }: Guide): Promise<void> {
  section(
    '13. All of it is Git',
    'Anyone may clone the coordination repository. git pull receives messages; git log is the history.',
  );
  await git('.', ['clone', '--quiet', 'coordination.git', 'clone']);
  await git('clone', ['log', '--oneline']);
  say('What one agent did:');
  await git('clone', ['log', '--oneline', '--author=backend']);
  say('What was done for a task, by the trailer that each commit carries:');
  const task = '%(trailers:key=Task,valueonly,separator=%x20) %an: %s';
  await git('clone', ['log', `--format=${task}`, '--grep=^Task: shop-7']);
  say('The files, one record each:');
  const files = await git('clone', ['ls-files']);
  say('And one of them:');
  const message = files.split('\n').find((file) => file.startsWith('messages/'));
  await git('clone', ['show', `HEAD:${message}`]);
}

/** The id of the message that a command has just spoken of. */
function idIn(output: string, pattern = /^sent (\w{7}) /m): string {
  return pattern.exec(output)?.[1] ?? 'ID';
}
