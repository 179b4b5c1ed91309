import { visible } from '../records/visible.ts';
import { initialise } from '../services/founding.ts';
import { defineCommand } from './command.ts';

/** `comm-node init [WHERE]` */
export const init = defineCommand({
  name: 'init',
  summary: 'Make a coordination repository, or fill an empty one',
  details:
    'WHERE is a path (a bare repository is made there) or the URL of an empty repository that exists already; without it, the current folder. Doing it again changes nothing.',
  positionals: [{ name: 'where', summary: 'A path or URL; . by default' }],
  options: {
    project: { type: 'text', placeholder: 'NAME', summary: 'Its name (else from WHERE)' },
  },
  examples: [
    { line: 'comm-node init ../coordination.git --project shop', what: 'beside your repositories' },
    { line: 'comm-node init git@example.com:shop/coordination.git', what: 'an empty remote' },
  ],
  run: (context, { where = '.', project }) => initialise(context, where, project),
  render({ repository, project, created, filled }) {
    const place = visible(repository);
    const made = created ? 'made and filled' : 'filled';
    return [
      filled
        ? `${made} ${place} for the project ${project}\n`
        : `${place} coordinates the project ${project} already\n`,
      'next, in each repository (or worktree) that an agent works in:\n',
      `  comm-node join ${quoted(place)} --agent NAME --domain NAME\n`,
    ].join('');
  },
});

function quoted(text: string): string {
  return /^[\w@%+=:,./~-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
