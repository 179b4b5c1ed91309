import type { Entry } from './command.ts';

/** The verbs of the person in charge, and those that show who is well. */
export const PEOPLE_VERBS: readonly (Entry & { readonly group: 'people' })[] = [
  {
    name: 'status',
    summary: 'Everybody at a glance: who is here, what waits, how old the view is',
    group: 'people',
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'pause',
    summary: 'Pause agents: they change, commit and push nothing until they are resumed',
    group: 'people',
    load: async () => (await import('./pause.ts')).pause,
  },
  {
    name: 'stop',
    summary: 'Stop agents: they change nothing more, and end their sessions',
    group: 'people',
    load: async () => (await import('./stop.ts')).stop,
  },
  {
    name: 'resume',
    summary: 'Let paused or stopped agents work again',
    group: 'people',
    load: async () => (await import('./resume.ts')).resume,
  },
  {
    name: 'orders',
    summary: 'What was ordered, and who has heard of it, where and when',
    group: 'people',
    load: async () => (await import('./orders.ts')).orders,
  },
  {
    name: 'watchdog',
    summary: 'Find agents that have gone silent, and free what they hold',
    group: 'people',
    load: async () => (await import('./watchdog.ts')).watchdog,
  },
  {
    name: 'reassign',
    summary: 'Give a task to another agent',
    group: 'people',
    load: async () => (await import('./reassign.ts')).reassign,
  },
  {
    name: 'inject',
    summary: 'Put a file in the place of an artifact of any domain, as its next version',
    group: 'people',
    load: async () => (await import('./inject.ts')).inject,
  },
  {
    name: 'withdraw',
    summary: 'Withdraw an artifact: nobody builds on it until there is a new version',
    group: 'people',
    load: async () => (await import('./withdraw.ts')).withdraw,
  },
  {
    name: 'undo',
    summary:
      'Undo a commit of the coordination repository by a new one; shows first what that does',
    group: 'people',
    load: async () => (await import('./undo.ts')).undo,
  },
];
