import { leave as leaveProject } from '../services/membership.ts';
import { defineCommand } from './command.ts';

/** `comm-node leave` */
export const leave = defineCommand({
  name: 'leave',
  summary: 'Take the agent of this worktree off the roster',
  details: 'What it wrote stays. Nobody can write to it any more, until it joins again.',
  options: {},
  examples: [{ line: 'comm-node leave', what: 'when its work is done' }],
  run: (context) => leaveProject(context),
  render: ({ agent, changed }) => (changed ? `${agent} has left\n` : `${agent} had left already\n`),
});
