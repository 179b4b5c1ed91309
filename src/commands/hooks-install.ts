import { visible } from '../records/visible.ts';
import { installAll } from '../services/hook-setup.ts';
import { defineCommand, done } from './command.ts';

/** How hooks were put in, for people. */
const WAYS: Readonly<Record<string, string>> = {
  plain: 'as files in its hooks folder, before what is there',
  husky: 'in a folder that stands in for .husky/_ and runs it too',
  lefthook: 'before what lefthook does, and as its jobs',
  'pre-commit': 'as what pre-commit runs first',
  folder: 'in a folder that stands in for that of core.hooksPath and runs it too',
  config: "in Git's configuration, beside what is there",
};

/** `comm-node hooks install` */
export const hooksInstall = defineCommand({
  name: 'hooks install',
  summary: 'Put the hooks of Git and Claude Code into this repository',
  details:
    'They go before whatever is there already (husky, lefthook, pre-commit, core.hooksPath, plain files) and replace nothing. Doing it again changes nothing, and mends what is missing. In a bare domain repository it is pre-receive, and needs --repository and --repo once.',
  options: {
    repo: {
      type: 'text',
      placeholder: 'NAME',
      summary: 'For a bare repository: what locks call this repository',
    },
    'only-git': { type: 'flag', summary: 'Leave Claude Code alone' },
  },
  examples: [
    { line: 'comm-node hooks install', what: 'join does it too' },
    {
      line: 'comm-node hooks install --repo shop-api -C shop-api.git --repository ../coordination.git',
      what: 'the server side',
    },
  ],
  async run(context, { repo, onlyGit }) {
    return done(await installAll(context, { repo, claude: !onlyGit }));
  },
  render({ git, claude, todo }) {
    const lines = [
      `${git.changed ? 'put in' : 'already in'}: ${git.hooks.join(', ')} (${WAYS[git.way] ?? git.way})`,
      ...claude.map((file) => `written: ${file}`),
      ...todo.map((command) => `now run: ${command}`),
    ];
    return visible(`${lines.join('\n')}\n`);
  },
});
