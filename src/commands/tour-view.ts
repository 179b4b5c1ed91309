import { join } from 'node:path';
import { visible } from '../records/visible.ts';
import type { TourEvent } from '../services/tour.ts';
import { displayWidth } from './display-width.ts';
import { type Look, table, wrap } from './look.ts';

/** One event of the tour as text for people. */
export function renderTourEvent(event: TourEvent, look: Look): string {
  if ('command' in event) return renderCommand(event, look);
  if ('file' in event) return `\n${look.bold(visible(event.file))}:\n${setIn(event.content, look)}`;
  if ('folder' in event) {
    const text = 'A tour of comm-node, with real agents and real Git. All of it happens in';
    return `${wrap(text, look.width)}\n  ${visible(event.folder)}\n`;
  }
  const title = 'section' in event ? `\n${look.bold(look.cyan(event.section))}\n` : '\n';
  return `${title}${wrap(event.text, Math.min(look.width, 100))}\n`;
}

function renderCommand(
  { place, command, output }: Extract<TourEvent, { command: string }>,
  look: Look,
): string {
  const prompt = look.dim(place === '.' ? '$' : `${place} $`);
  const line = `\n${prompt} ${look.bold(visible(command))}\n`;
  return output === '' ? line : `${line}${setIn(output, look)}`;
}

/** What a program printed, set in; a terminal that is too narrow gets it broken between words. */
function setIn(text: string, look: Look): string {
  const lines = visible(text).trimEnd().split('\n');
  return lines.map((line) => `${broken(line, look)}\n`).join('');
}

function broken(line: string, look: Look): string {
  if (!look.narrow || displayWidth(line) + 2 <= look.width) return `  ${line}`.trimEnd();
  const bare = line.trimStart();
  return wrap(bare, look.width, ' '.repeat(2 + line.length - bare.length));
}

/** Where to look next. */
export function renderFarewell(folder: string, look: Look): string {
  const there = (name: string) => visible(join(folder, name));
  return [
    `\n${look.bold(look.cyan('Where to look next'))}\n`,
    table(
      [
        [there('coordination.git'), 'every record and its history'],
        [there('clone'), 'the same as files; git pull brings what is new'],
        [there('frontend'), 'an agent works here: try comm-node inbox --all'],
      ],
      look,
      '  ',
    ),
    '\ncomm-node help names every verb, comm-node help send explains one.\n',
    'To begin with your own repositories: comm-node init, then comm-node join in each.\n',
  ].join('');
}
