import type { Guide } from './tour.ts';

const CONTRACT = `openapi: 3.0.3
info: {title: Sign in, version: "1"}
paths:
  /login:
    post:
      responses:
        '200':
          description: a token
          content:
            application/json:
              schema: {type: object, required: [token], properties: {token: {type: string}}}
`;

const RULES = `[domains.pages]
scope = ["src/pages/**"]
forbidden_imports = ["src/database/**"]
why = "Pages ask the API; only the API talks to the database."

[domains.database]
scope = ["src/database/**"]
`;

const SETTINGS = `
[[artifacts.adapters]]
kind = "openapi"
to = "typescript"
use = "openapi-typescript"

[integration]
artifacts = ["backend/api-contract.yaml"]

[[integration.commands]]
name = "the site knows the login"
run = "grep -q login ../website/index.html"
timeout = "10s"

[deploy]
run = "sh deploy.sh"
rollback = "rm -rf live"
timeout = "10s"
`;

const DEPLOY = `set -eu
mkdir -p live
cp ../website/index.html live/
# What is deployed comes in here: a line for each artifact, its version and its hash.
{ echo "deployment $COMM_NODE_DEPLOY_ID"; cat; } > live/release.txt
echo "user authentication is live"
`;

/** Who builds what; all but the backend need its contract. */
const PARTS = [
  ['backend', 'auth-api', 'The API to sign in'],
  ['frontend', 'login-page', 'The page to sign in'],
  ['admin', 'user-list', 'The list of those who have signed in'],
  ['docs', 'login-manual', 'The page of the manual'],
  ['website', 'login-link', 'The link on the front page'],
] as const;

const PLAN = `${JSON.stringify(
  {
    plan: 'user-auth',
    goal: 'People sign in with a name and a password',
    tasks: PARTS.map(([domain, id, title]) => {
      const first = domain === 'backend';
      const contract = 'backend/api-contract.yaml';
      return {
        ...{ id, title, domain, complexity: 'simple' },
        ...(first
          ? { produces: [{ name: 'api-contract.yaml', kind: 'openapi', path: 'api/openapi.yaml' }] }
          : { required_artifacts: [contract] }),
        done_when: first ? [`artifact: ${contract} schema=openapi`] : [],
      };
    }),
  },
  null,
  2,
)}\n`;

/** Six agents build one feature: a plan, a kickoff, a contract, two red lights, and a deployment. */
export async function featureScript(guide: Guide): Promise<void> {
  await plan(guide);
  await contract(guide);
  await pages(guide);
  await together(guide);
}

const HUMAN = ['--agent', 'human', '--repository', 'coordination.git'];

const NAMES = [...PARTS.map(([domain]) => domain), 'integration'];

async function plan(guide: Guide): Promise<void> {
  const { section, comm, git, write, append, say, tracker } = guide;
  section(
    '8. A feature for six',
    'User authentication: backend, frontend, admin, docs, website and integration. The contract of the API is what the others wait for.',
  );
  const where = '../coordination.git';
  for (const name of ['admin', 'website', 'integration']) {
    await git('.', ['init', '--quiet', name]);
    const kinds = name === 'admin' ? ['--imports', 'openapi'] : [];
    await comm(name, ['join', where, '--agent', name, '--domain', name, ...kinds]);
  }
  say('The human sets the gates, and writes the plan:');
  await git('.', ['clone', '--quiet', 'coordination.git', 'settings']);
  await append('settings/comm-node.toml', SETTINGS);
  await git('settings', [
    'commit',
    '--quiet',
    '--all',
    '--message',
    'Set the gates of integration and deployment',
  ]);
  await git('settings', ['push', '--quiet']);
  await write('plan.json', PLAN);
  if (tracker === 'beads') await importIntoBeads(guide);
  else await comm('.', ['plan', 'import', 'plan.json', ...HUMAN]);
  await comm('.', ['kickoff', 'open', 'user-auth', '--expect', NAMES.join(','), ...HUMAN]);
  await comm('frontend', ['kickoff', 'status']);
  for (const name of NAMES) await comm(name, ['kickoff', 'accept', 'user-auth']);
}

/** One database for all of them; in a folder of its own, so that bd finds no repository around it. */
async function importIntoBeads({ comm, bd, write, say }: Guide): Promise<void> {
  say('The tasks are in Beads: one database, to which a file leads from each repository.');
  await bd('tasks', ['init', '--prefix', 'shop', '--quiet']);
  for (const name of NAMES) await write(`${name}/.beads/redirect`, '../tasks/.beads\n');
  const human = ['--agent', 'human', '--repository', '../coordination.git'];
  await comm('tasks', ['plan', 'import', '../plan.json', ...human]);
  await bd('tasks', ['list']);
}

async function contract({ section, comm, write, say }: Guide): Promise<void> {
  section('9. A contract unblocks the others', 'Nobody builds on what is not published.');
  await comm('frontend', ['next'], 1);
  await comm('backend', ['next', '--claim']);
  await write('backend/api/openapi.yaml', CONTRACT);
  await comm('backend', ['done', 'auth-api'], 1);
  say('The contract is published: with its hash, with types derived of it, its consumers told.');
  await comm('backend', [
    ...['artifact', 'publish', 'api/openapi.yaml', '--name', 'api-contract.yaml'],
    ...['--task', 'auth-api', '--note', 'The answer is a token.'],
  ]);
  await comm('backend', ['done', 'auth-api']);
  await comm('frontend', ['next', '--claim']);
  await comm('frontend', ['artifact', 'get', 'backend/api-contract.d.ts', '-o', 'src/api/']);
}

async function pages({ section, comm, git, write, say, tracker, bd }: Guide): Promise<void> {
  section('10. A boundary, and a question', 'The page takes a short cut to the database.');
  await write('frontend/boundaries.toml', RULES);
  await write('frontend/src/database/users.ts', 'export const users = [];\n');
  await write('frontend/src/pages/login.ts', "import { users } from '../database/users.ts';\n");
  await git('frontend', ['add', '.']);
  await git('frontend', ['commit', '--quiet', '--message', 'The page to sign in'], 1);
  await write(
    'frontend/src/pages/login.ts',
    "import type { paths } from '../api/api-contract.d.ts';\n",
  );
  await git('frontend', ['add', '.']);
  await git('frontend', ['commit', '--quiet', '--message', 'The page to sign in']);
  await comm('frontend', ['done', 'login-page']);
  const asked = await comm('docs', ['ask', 'backend', 'How long is a token valid?', '--blocking']);
  const id = /^sent (\w{7}) /m.exec(asked)?.[1] ?? 'ID';
  await comm('backend', ['answer', id, 'One hour.']);
  say('The others do their parts.');
  for (const [name, task] of PARTS.slice(2)) {
    await comm(name, ['claim', task]);
    await comm(name, ['done', task]);
  }
  if (tracker === 'beads') await bd('tasks', ['list', '--status', 'closed']);
}

async function together({ section, comm, git, write, say }: Guide): Promise<void> {
  section('11. Red, then green, then live', 'Integration looks whether it all fits together.');
  await write('integration/deploy.sh', DEPLOY);
  await git('integration', ['add', 'deploy.sh']);
  await git('integration', ['commit', '--quiet', '--message', 'How the shop goes live']);
  await write('website/index.html', '<a href="/">Home</a>\n');
  await comm('integration', ['integrate', '--plan', 'user-auth'], 1);
  await comm('integration', ['deploy'], 1);
  await write('website/index.html', '<a href="/login">Sign in</a>\n');
  await comm('integration', ['integrate', '--plan', 'user-auth']);
  await comm('integration', ['deploy']);
  say('Once is enough:');
  await comm('integration', ['deploy']);
  say('What went live, as the script wrote it down:');
  await git('integration', ['add', 'live']);
  await git('integration', ['commit', '--quiet', '--message', 'Live: user authentication']);
  await git('integration', ['show', 'HEAD:live/release.txt']);
}
