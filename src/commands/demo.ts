import { playTour } from '../services/tour.ts';
import { tourScript } from '../services/tour-script.ts';
import { defineCommand, done } from './command.ts';
import { renderFarewell, renderTourEvent } from './tour-view.ts';

/** `comm-node demo [FOLDER]` */
export const demo = defineCommand({
  name: 'demo',
  summary: 'Take the tour: agents that talk, with real Git, in a folder of its own',
  details:
    'It makes a coordination repository and six domain repositories, runs real commands in them and shows each with what it printed. The folder stays, so that you can look around. It knows nothing of your own settings and changes none of them.',
  positionals: [{ name: 'folder', summary: 'A new or empty folder; else a temporary one' }],
  options: {
    tracker: {
      type: 'text',
      choices: ['files', 'beads'],
      default: 'files',
      summary: 'What keeps the list of tasks: comm-node alone, or Beads (bd on the PATH)',
    },
    remove: { type: 'flag', summary: 'Remove the folder at the end' },
  },
  examples: [
    { line: 'comm-node demo', what: 'in a temporary folder' },
    { line: 'comm-node demo tour', what: 'in the folder tour, to look around later' },
    { line: 'comm-node demo --remove', what: 'and leave nothing behind' },
    { line: 'comm-node demo --tracker beads', what: 'the tasks are in Beads' },
  ],
  async run(context, { folder, tracker, remove }) {
    const { cwd, signal } = context;
    const { playground, ended } = await playTour(tourScript, {
      folder,
      cwd,
      tracker,
      signal,
      name: context.ids().slice(-7).toLowerCase(),
      emit: (event) => context.emit(event),
    });
    if (remove) await playground.remove();
    return done({ folder: playground.folder, removed: remove, ended });
  },
  render: ({ folder, removed, ended }, look) =>
    ended && !removed ? renderFarewell(folder, look) : '',
  renderEvent: renderTourEvent,
});
