import { UsageError } from '../errors.ts';
import { visible } from '../records/visible.ts';
import { type Joined, join as joinAs, needsDomain } from '../services/membership.ts';
import { defineCommand } from './command.ts';

/** `comm-node join URL --agent NAME --domain NAME` */
export const join = defineCommand({
  name: 'join',
  summary: 'Register an agent, and tell this worktree that it works here',
  details:
    'Each worktree has an agent of its own. Doing it again changes nothing, and corrects what is different. --repo is what locks call this repository; clones and worktrees of one repository share the name.',
  positionals: [
    { name: 'url', summary: 'The coordination repository: a path or URL', required: true },
  ],
  options: {
    domain: { type: 'text', placeholder: 'NAME', summary: 'The part of the code it owns' },
    repo: {
      type: 'text',
      placeholder: 'NAME',
      summary:
        'The name of this repository (else the last part of the URL of origin, or its folder)',
    },
    scope: {
      type: 'texts',
      placeholder: 'GLOB',
      summary:
        'Paths of this repository that are its own (else as its boundaries.toml says, else all that no other domain claims)',
    },
    imports: {
      type: 'texts',
      placeholder: 'KIND',
      summary: 'A kind of artifacts that the domain consumes: it is told of new ones',
    },
    exports: {
      type: 'texts',
      placeholder: 'KIND',
      summary: 'A kind of artifacts that it publishes',
    },
    role: { type: 'text', summary: 'What the agent does, in one line' },
    'no-hooks': { type: 'flag', summary: 'Put no hooks into the repository, and write no files' },
    replace: { type: 'flag', summary: 'Take over a name registered with another domain or repo' },
  },
  examples: [
    {
      line: 'comm-node join ../coordination.git --agent backend --domain backend --role "Builds the API"',
      what: 'in the repository that the agent works in',
    },
    { line: 'comm-node join ../coordination.git --agent human', what: 'the person in charge' },
  ],
  async run(context, { url, domain, repo, role, scope, imports, exports, replace, noHooks }) {
    const { agent } = context;
    const example = `comm-node join ${url} --agent NAME --domain NAME`;
    if (agent === undefined) throw new UsageError('join needs --agent', { hint: example });
    if (domain === undefined && needsDomain(agent)) {
      throw new UsageError('join needs --domain', { hint: example });
    }
    return joinAs(context, {
      url,
      agent,
      replace,
      domain,
      repo,
      role,
      hooks: !noHooks,
      scope,
      imports,
      exports,
    });
  },
  render({ agent, domain, repo, changes, hooks, roster }) {
    const place = repo === null ? '' : ` in ${repo}`;
    const changed = changes.length === 0 ? 'nothing to change' : changes.join(', ');
    const others = roster.filter(({ name }) => name !== agent);
    const names = others.map(({ name, domain: theirs, role }) => {
      const about = [theirs, role].filter((text) => text !== null && text !== name);
      return `  ${name}${about.length > 0 ? ` (${about.join(': ')})` : ''}`;
    });
    return visible(
      [
        `${agent} works ${domain === null ? 'here' : `on ${domain}`}${place} (${changed})`,
        ...(hooks === null ? [] : hookLines(hooks)),
        others.length > 0 ? `with:\n${names.join('\n')}` : 'alone so far',
        'next: comm-node inbox, comm-node send NAME TEXT',
        '',
      ].join('\n'),
    );
  },
});

/** What was put in for Git and Claude Code; nothing when all was there. */
function hookLines({ git, claude, todo }: NonNullable<Joined['hooks']>): string[] {
  return [
    ...(git.changed ? [`hooks: ${git.hooks.join(', ')}`] : []),
    ...(claude.length > 0 ? [`written, to be committed: ${claude.join(', ')}`] : []),
    ...todo.map((command) => `now run: ${command}`),
  ];
}
