import { visible } from '../records/visible.ts';
import {
  actOnKickoff,
  type KickoffDone,
  type KickoffStatus,
  kickoffStatus,
} from '../services/kickoff.ts';
import { withSession } from '../services/session.ts';
import { viewAge } from './age.ts';
import { defineCommand } from './command.ts';

const PLAN = { name: 'plan', summary: 'The name of the plan', required: true } as const;

/** `comm-node kickoff open PLAN --expect A,B` */
export const kickoffOpen = defineCommand({
  name: 'kickoff open',
  summary: 'Ask everyone to accept a plan before the work begins',
  details:
    'Expected are agents, or domains (any agent of it answers for it). They are told, also those that register later see it in kickoff status. When the last has accepted, START goes to all.',
  positionals: [PLAN],
  options: {
    expect: {
      type: 'texts',
      placeholder: 'NAMES',
      required: true,
      summary: 'Agents or domains, separated by commas',
    },
    goal: { type: 'text', summary: 'What it is about (else the goal of the plan)' },
  },
  examples: [
    { line: 'comm-node kickoff open user-auth --expect backend,frontend,docs', what: 'three' },
  ],
  run: (context, { plan, expect, goal }) =>
    withSession(context, (session) => {
      const names = expect.flatMap((word) => word.split(',')).map((word) => word.trim());
      return actOnKickoff(session, { do: 'open', name: plan, expect: names.filter(Boolean), goal });
    }),
  render: (done) => `kickoff of ${done.kickoff.name}${standing(done)}\n`,
});

/** `comm-node kickoff accept PLAN` */
export const kickoffAccept = defineCommand({
  name: 'kickoff accept',
  summary: 'Accept your part of a plan; the last one to accept starts the work',
  positionals: [PLAN],
  options: {},
  examples: [{ line: 'comm-node kickoff accept user-auth', what: 'after kickoff status' }],
  run: (context, { plan }) =>
    withSession(context, (session) => actOnKickoff(session, { do: 'accept', name: plan })),
  render: (done) => `accepted ${done.kickoff.name}${standing(done)}\n`,
});

/** `comm-node kickoff object PLAN --why TEXT` */
export const kickoffObject = defineCommand({
  name: 'kickoff object',
  summary: 'Object to a plan; the human is told why, and nothing starts',
  details: 'It holds until you accept.',
  positionals: [PLAN],
  options: { why: { type: 'text', required: true, summary: 'What is wrong, in one line' } },
  examples: [
    {
      line: 'comm-node kickoff object user-auth --why "Nobody produces the logo that I need."',
      what: 'goes to the human',
    },
  ],
  run: (context, { plan, why }) =>
    withSession(context, (session) => actOnKickoff(session, { do: 'object', name: plan, why })),
  render: (done) => `objected to ${done.kickoff.name}; the human is told\n`,
});

/** `comm-node kickoff start PLAN` */
export const kickoffStart = defineCommand({
  name: 'kickoff start',
  summary: 'Start the work; needed only when somebody is not waited for',
  positionals: [PLAN],
  options: { force: { type: 'flag', summary: 'Without those who have not accepted (the human)' } },
  examples: [
    { line: 'comm-node kickoff start user-auth --force --agent human', what: 'is recorded' },
  ],
  run: (context, { plan, force }) =>
    withSession(context, (session) => actOnKickoff(session, { do: 'start', name: plan, force })),
  render: (done) => `${done.kickoff.name}${standing(done)}\n`,
});

function standing({ started, awaited, kickoff }: KickoffDone): string {
  if (started) return `: START${kickoff.forced ? ' (forced)' : ''}, next: comm-node next --claim`;
  const waits = awaited.length > 0 ? `: waits for ${awaited.join(', ')}` : '';
  const objects = kickoff.objected.length > 0 ? `; ${kickoff.objected.join(', ')} object` : '';
  return `${waits}${objects}`;
}

/** `comm-node kickoff status [PLAN]` */
export const kickoffStatusCommand = defineCommand({
  name: 'kickoff status',
  summary: 'Who is expected, who has come; the roster, the protocol, and your part of the plan',
  positionals: [{ name: 'plan', summary: 'The name of the plan; else the one that is open' }],
  options: {},
  examples: [{ line: 'comm-node kickoff status', what: 'before you accept' }],
  run: (context, { plan }) => kickoffStatus(context, plan),
  render: (status) => `${visible(lines(status).join('\n'))}\n`,
});

function lines({
  kickoff,
  awaited,
  absent,
  started,
  roster,
  yours,
  as_of,
}: KickoffStatus): string[] {
  const { name, goal, expect, accepted, objected, late } = kickoff;
  const answer = (one: string) =>
    objected.includes(one)
      ? '❌ objects'
      : awaited.includes(one)
        ? absent.includes(one)
          ? '⏳ has not joined'
          : '⏳ has not answered'
        : '✓ accepted';
  return [
    `${name}${goal === '' ? '' : `: ${goal}`} (${started ? 'started' : 'not started'}, ${viewAge(as_of)})`,
    ...expect.map((one) => `  ${one}: ${answer(one)}`),
    ...objected.filter((one) => !expect.includes(one)).map((one) => `  ${one}: ❌ objects`),
    ...late.map((one) => `  ${one}: ✓ came later`),
    'who is who:',
    ...roster.map(
      ({ name: agent, domain, role, scope }) =>
        `  ${agent}${domain === null ? '' : `, ${domain}`}${role === null ? '' : `: ${role}`}${scope.length === 0 ? '' : ` [${scope.join(', ')}]`}`,
    ),
    ...(yours.length === 0 ? [] : ['your part:']),
    ...yours.map(
      ({ id, title, complexity, needs, produces }) =>
        `  ${id} ${title} (${complexity})${needs.length > 0 ? `; needs ${needs.join(', ')}` : ''}${produces.length > 0 ? `; makes ${produces.join(', ')}` : ''}`,
    ),
    'how to talk: PROTOCOL.md; comm-node inbox, send, ask, answer, artifact get',
    ...(started || accepted.length === expect.length
      ? []
      : [`next: comm-node kickoff accept ${name}, or comm-node kickoff object ${name} --why "…"`]),
  ];
}
