import { BUDGET_VERBS } from './budget-verbs.ts';
import type { Entry } from './command.ts';
import { PEOPLE_VERBS } from './people-verbs.ts';
import { WORK_VERBS } from './work-verbs.ts';

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
    name: 'init',
    summary: 'Make a coordination repository, or fill an empty one',
    group: 'set-up',
    load: async () => (await import('./init.ts')).init,
  },
  {
    name: 'join',
    summary: 'Register an agent, and tell this worktree that it works here',
    group: 'set-up',
    load: async () => (await import('./join.ts')).join,
  },
  {
    name: 'leave',
    summary: 'Take the agent of this worktree off the roster',
    group: 'set-up',
    load: async () => (await import('./leave.ts')).leave,
  },
  {
    name: 'hooks install',
    summary: 'Put the hooks of Git and Claude Code into this repository',
    group: 'set-up',
    load: async () => (await import('./hooks-install.ts')).hooksInstall,
  },
  {
    name: 'hooks uninstall',
    summary: 'Take the hooks out again; what was there is as it was',
    group: 'set-up',
    load: async () => (await import('./hooks-uninstall.ts')).hooksUninstall,
  },
  {
    name: 'hooks status',
    summary: 'Run every hook in every worktree, and tell which of them fire',
    group: 'set-up',
    load: async () => (await import('./hooks-status.ts')).hooksStatus,
  },
  {
    name: 'doctor',
    summary: 'Check everything that can go wrong, and say how to mend it',
    group: 'set-up',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'demo',
    summary: 'Take the tour: agents that talk, with real Git, in a folder of its own',
    group: 'set-up',
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'send',
    summary: 'Send a message to agents, domains, all, or human',
    group: 'talk',
    load: async () => (await import('./send.ts')).send,
  },
  {
    name: 'signal',
    summary: 'Send one line of the dialect, 10 to 25 tokens',
    group: 'talk',
    load: async () => (await import('./signal.ts')).signal,
  },
  {
    name: 'inbox',
    summary: 'What you have not read, most pressing first',
    group: 'talk',
    load: async () => (await import('./inbox.ts')).inbox,
  },
  {
    name: 'read',
    summary: 'Read messages: those named, or the most pressing unread ones',
    group: 'talk',
    load: async () => (await import('./read.ts')).read,
  },
  {
    name: 'reply',
    summary: 'Reply to a message, in its thread',
    group: 'talk',
    load: async () => (await import('./reply.ts')).reply,
  },
  {
    name: 'ask',
    summary: 'Ask a question, and wait for the answer if you like',
    group: 'talk',
    load: async () => (await import('./ask.ts')).ask,
  },
  {
    name: 'answer',
    summary: 'Answer a question',
    group: 'talk',
    load: async () => (await import('./answer.ts')).answer,
  },
  {
    name: 'ack',
    summary: 'Acknowledge a message: read and understood',
    group: 'talk',
    load: async () => (await import('./ack.ts')).ack,
  },
  {
    name: 'thread',
    summary: 'A whole conversation, replies set in below what they reply to',
    group: 'talk',
    load: async () => (await import('./thread.ts')).thread,
  },
  {
    name: 'search',
    summary: 'Find messages, also old ones, by words, phrases and filters',
    group: 'talk',
    load: async () => (await import('./search.ts')).search,
  },
  {
    name: 'watch',
    summary: 'Show new messages as they land',
    group: 'talk',
    load: async () => (await import('./watch.ts')).watch,
  },
  {
    name: 'sync',
    summary: 'Send what waits on this machine, and fetch what others sent',
    group: 'talk',
    load: async () => (await import('./sync.ts')).sync,
  },
  {
    name: 'lock',
    summary: 'Lock paths: nobody else may change them while you hold the lock',
    group: 'locks',
    aliases: ['reserve'],
    load: async () => (await import('./lock.ts')).lock,
  },
  {
    name: 'unlock',
    summary: 'Give locks back',
    group: 'locks',
    aliases: ['release'],
    load: async () => (await import('./unlock.ts')).unlock,
  },
  {
    name: 'renew',
    summary: 'Prolong locks that you hold',
    group: 'locks',
    load: async () => (await import('./renew.ts')).renew,
  },
  {
    name: 'locks',
    summary: 'Who holds which paths, and who waits for them',
    group: 'locks',
    load: async () => (await import('./locks.ts')).locks,
  },
  {
    name: 'check',
    summary: 'Ask whether you may change paths; nothing is changed',
    group: 'locks',
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'lint-boundaries',
    summary: 'Check the imports of the code against boundaries.toml',
    group: 'boundaries',
    load: async () => (await import('./lint-boundaries.ts')).lintBoundariesCommand,
  },
  {
    name: 'boundaries init',
    summary: 'Write a starter boundaries.toml with every key explained',
    group: 'boundaries',
    load: async () => (await import('./boundaries-init.ts')).boundariesInit,
  },
  {
    name: 'boundaries infer',
    summary: 'Propose a boundaries.toml that the code keeps today',
    group: 'boundaries',
    load: async () => (await import('./boundaries-infer.ts')).boundariesInfer,
  },
  {
    name: 'boundaries explain',
    summary: 'Tell whose a file is, and which line of the rules decides its imports',
    group: 'boundaries',
    load: async () => (await import('./boundaries-explain.ts')).boundariesExplain,
  },
  {
    name: 'boundaries graph',
    summary: 'Draw the domains: what may import what, what does, and what must not',
    group: 'boundaries',
    load: async () => (await import('./boundaries-graph.ts')).boundariesGraph,
  },
  {
    name: 'boundaries baseline',
    summary: 'Write down the violations that are there, to tolerate no new ones',
    group: 'boundaries',
    load: async () => (await import('./boundaries-baseline.ts')).boundariesBaseline,
  },
  ...WORK_VERBS,
  ...BUDGET_VERBS,
  ...PEOPLE_VERBS,
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
