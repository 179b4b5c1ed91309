import type { Options } from './command.ts';

/** Options that every verb takes. */
export const GLOBAL_OPTIONS = {
  json: { type: 'flag', summary: 'One JSON document on stdout (NDJSON where a verb streams)' },
  C: { type: 'text', summary: 'Work in DIR instead of the current folder', placeholder: 'DIR' },
  agent: {
    type: 'text',
    summary: 'Act as this agent (else COMM_NODE_AGENT, else the one this worktree joined as)',
    placeholder: 'NAME',
  },
  repository: {
    type: 'text',
    summary: 'The coordination repository, outside a joined worktree (else COMM_NODE_REPOSITORY)',
    placeholder: 'URL',
  },
  quiet: { type: 'flag', alias: 'q', summary: 'Only the result and errors' },
  verbose: { type: 'flag', summary: 'Say on stderr what is being done' },
  debug: { type: 'flag', summary: 'Show stack traces' },
  help: { type: 'flag', alias: 'h', summary: 'Explain the verb' },
} as const satisfies Options;
