import type { Entry } from './command.ts';

/** The verbs of the group "work", in the order of help. */
export const WORK_VERBS: readonly (Entry & { readonly group: 'work' })[] = [
  {
    name: 'plan import',
    summary: 'Import a plan; again, it brings what has changed',
    group: 'work',
    load: async () => (await import('./plan-import.ts')).planImport,
  },
  {
    name: 'plan check',
    summary: 'Check a plan: circles, unknown domains, artifacts nobody makes, overlaps',
    group: 'work',
    load: async () => (await import('./plan-check.ts')).planCheck,
  },
  {
    name: 'plan export',
    summary: 'Print a plan as it stands, to be edited and imported again',
    group: 'work',
    load: async () => (await import('./plan-export.ts')).planExport,
  },
  {
    name: 'tasks',
    summary: 'All tasks: who does them, how far they are, what they wait for',
    group: 'work',
    load: async () => (await import('./tasks.ts')).tasks,
  },
  {
    name: 'next',
    summary: 'What you can begin now, and why you cannot begin the rest',
    group: 'work',
    load: async () => (await import('./next.ts')).next,
  },
  {
    name: 'claim',
    summary: 'Take a task, and the locks it needs: nobody else has it then',
    group: 'work',
    load: async () => (await import('./claim.ts')).claim,
  },
  {
    name: 'done',
    summary: 'Check the contract of a task, and finish it only if all of it holds',
    group: 'work',
    load: async () => (await import('./done.ts')).doneCommand,
  },
  {
    name: 'block',
    summary: 'Say that a task cannot go on, and what it waits for',
    group: 'work',
    load: async () => (await import('./block.ts')).block,
  },
  {
    name: 'reopen',
    summary: 'Put a task back into the queue: done, blocked, or begun',
    group: 'work',
    load: async () => (await import('./reopen.ts')).reopen,
  },
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
  {
    name: 'artifact check',
    summary: 'Whether a file is the OpenAPI, JSON Schema, JSON or YAML that a contract asks for',
    group: 'work',
    load: async () => (await import('./artifact-check.ts')).artifactCheck,
  },
  {
    name: 'artifact types',
    summary: 'Print the TypeScript types of an OpenAPI 3 document; nothing is published',
    group: 'work',
    load: async () => (await import('./artifact-types.ts')).artifactTypes,
  },
  {
    name: 'kickoff open',
    summary: 'Ask everyone to accept a plan before the work begins',
    group: 'work',
    load: async () => (await import('./kickoff-verbs.ts')).kickoffOpen,
  },
  {
    name: 'kickoff accept',
    summary: 'Accept your part of a plan; the last one to accept starts the work',
    group: 'work',
    load: async () => (await import('./kickoff-verbs.ts')).kickoffAccept,
  },
  {
    name: 'kickoff object',
    summary: 'Object to a plan; the human is told why, and nothing starts',
    group: 'work',
    load: async () => (await import('./kickoff-verbs.ts')).kickoffObject,
  },
  {
    name: 'kickoff start',
    summary: 'Start the work; needed only when somebody is not waited for',
    group: 'work',
    load: async () => (await import('./kickoff-verbs.ts')).kickoffStart,
  },
  {
    name: 'kickoff status',
    summary: 'Who is expected, who has come; the roster, the protocol, and your part of the plan',
    group: 'work',
    load: async () => (await import('./kickoff-verbs.ts')).kickoffStatusCommand,
  },
  {
    name: 'integrate',
    summary: 'Check that everything fits together, and publish the report',
    group: 'work',
    load: async () => (await import('./integrate.ts')).integrateCommand,
  },
  {
    name: 'deploy',
    summary: 'Run the deployment, behind a green report for exactly what is published, once',
    group: 'work',
    load: async () => (await import('./deploy.ts')).deployCommand,
  },
];
