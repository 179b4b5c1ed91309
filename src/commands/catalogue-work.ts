import type { Entry } from './command.ts';

/** The verbs of the group "work", in the order of help. */
export const workVerbs: readonly (Entry & { readonly group: 'work' })[] = [
  {
    name: 'artifact publish',
    summary: 'Publish a file as an artifact: versioned, hashed, its consumers told',
    group: 'work',
    load: async () => (await import('./artifact-publish.ts')).artifactPublish,
  },
  {
    name: 'artifact list',
    summary: 'All artifacts: newest version, kind, who consumes them, whose pins are old',
    group: 'work',
    load: async () => (await import('./artifact-list.ts')).artifactList,
  },
  {
    name: 'artifact get',
    summary: 'Get an artifact, verified against its hash; any version',
    group: 'work',
    load: async () => (await import('./artifact-get.ts')).artifactGet,
  },
  {
    name: 'artifact verify',
    summary: 'Check that artifacts are what their records say, and always were',
    group: 'work',
    load: async () => (await import('./artifact-verify.ts')).artifactVerify,
  },
  {
    name: 'artifact log',
    summary: 'The versions of an artifact: when, by whom, with which hash',
    group: 'work',
    load: async () => (await import('./artifact-log.ts')).artifactLog,
  },
];
