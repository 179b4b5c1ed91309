import type { Entry } from './command.ts';

/** The headings of help, in order. */
export const GROUPS = [
  'set-up',
  'talk',
  'locks',
  'boundaries',
  'work',
  'budgets',
  'people',
  'machines',
  'help',
] as const;

/**
 * Every verb, and the only list of them: help, completion and the README's table
 * come from it. A verb's module is loaded when that verb is chosen.
 */
export const catalogue: readonly (Entry & { readonly group: (typeof GROUPS)[number] })[] = [
  {
    name: 'help',
    summary: 'Explain comm-node, or one verb',
    group: 'help',
    load: async () => (await import('./help.ts')).helpCommand(catalogue),
  },
  {
    name: 'completion',
    summary: 'Print a completion script for your shell',
    group: 'help',
    load: async () => (await import('./completion.ts')).completionCommand(catalogue),
  },
  {
    name: 'version',
    summary: 'Print the version',
    group: 'help',
    load: async () => (await import('./version.ts')).version,
  },
];
