import { formatDuration } from '../records/time.ts';
import { visible } from '../records/visible.ts';
import type { Attention } from '../services/attention.ts';
import { type AgentStatus, readStatus, type Status } from '../services/overview.ts';
import { viewAge } from './age.ts';
import { defineCommand, done, type Outcome } from './command.ts';
import { type Look, table } from './look.ts';

/** `comm-node status` */
export const status = defineCommand({
  name: 'status',
  summary: 'Everybody at a glance: who is here, what waits, how old the view is',
  options: {
    attention: {
      type: 'flag',
      summary: 'What waits for a person, the most urgent first, with the command that settles it',
    },
  },
  examples: [
    { line: 'comm-node status', what: 'for people' },
    { line: 'comm-node status --attention', what: 'what waits for you' },
    { line: 'comm-node status --json', what: 'everything, for programs' },
  ],
  async run(context, { attention }): Promise<Outcome<Status | Attention>> {
    if (!attention) return done(await readStatus(context));
    const { readAttention } = await import('../services/attention.ts');
    return done(await readAttention(context));
  },
  render: (data: Status | Attention, look: Look) =>
    'matters' in data ? attentionText(data, look) : statusText(data, look),
});

function statusText(status: Status, look: Look): string {
  return [
    `${look.bold(status.project ?? 'no project yet (comm-node init)')}, ${viewAge(status.as_of)}, ${counted(status.records, 'record')}\n`,
    `${place(status)}\n`,
    agentTable(status, look),
    halts(status),
    waits(status),
    violations(status),
    troubles(status),
  ].join('');
}

function attentionText({ matters, as_of }: Attention, look: Look): string {
  if (matters.length === 0) return `nothing waits for you, ${viewAge(as_of)}\n`;
  const rows = matters.map(({ what, command }) => `${what}\n  ${command}\n`);
  return `${look.bold(counted(matters.length, 'matter'))}, ${viewAge(as_of)}, the most urgent first:\n${visible(rows.join(''))}`;
}

function halts({ halted }: Status): string {
  return visible(
    halted
      .map(({ agent, kind, by, why }) => {
        const [reason = ''] = why.split('\n', 1);
        return `  ${agent} is ${WORDS[kind] ?? kind} by ${by}${reason === '' ? '' : `: ${reason}`}\n`;
      })
      .join(''),
  );
}

const WORDS: Readonly<Record<string, string>> = { pause: 'paused', stop: 'stopped' };
const WAITS_SHOWN = 10;

function waits({ waiting, rings }: Status): string {
  const shown = waiting.slice(0, WAITS_SHOWN).map(({ agent, on, kind, what }) => {
    return `  ${agent} waits on ${on} (${kind}: ${what})\n`;
  });
  const more = waiting.length > WAITS_SHOWN ? `  and ${waiting.length - WAITS_SHOWN} more\n` : '';
  const ringed = rings.map(
    (ring) => `  ${ring.join(', ')} wait for one another: comm-node status --attention\n`,
  );
  return visible([...shown, more, ...ringed].join(''));
}

function place({ repository, hub }: Status): string {
  const how = hub.lane === 'in-place' ? 'read and written in place' : `mirror ${hub.path}`;
  return visible(`${repository} (${how})`);
}

function agentTable({ agents, agent }: Status, look: Look): string {
  const here = agents.filter(({ left }) => !left);
  const gone = agents.filter(({ left }) => left).map(({ name }) => name);
  const rows = here.map((known) => [
    known.name === agent ? `${known.name} (you)` : known.name,
    known.unread > 0 ? `${known.unread} unread` : '',
    lastSeen(known),
    visible(work(known)),
  ]);
  return table(rows, look, '  ') + (gone.length > 0 ? `  left: ${gone.join(', ')}\n` : '');
}

function work({ domain, repo, role }: AgentStatus): string {
  const where = repo === null || repo === domain ? domain : `${domain ?? ''} in ${repo}`;
  return [where, role].filter((text) => text !== null && text !== '').join(': ');
}

function lastSeen({ silent_seconds: silent }: AgentStatus): string {
  if (silent === null) return 'never seen';
  return silent < 60 ? 'seen just now' : `seen ${formatDuration(silent * 1000).split(' ')[0]} ago`;
}

const VIOLATIONS_SHOWN = 5;

function violations({ violations: all }: Status): string {
  if (all.length === 0) return '';
  const rows = all.slice(-VIOLATIONS_SHOWN).map(({ agent, rule, outcome, paths, created }) => {
    const what = paths.length > 1 ? `${paths[0]} and ${paths.length - 1} more` : (paths[0] ?? '');
    return `  ${created} ${agent} ${outcome} (${rule}) ${what}`.trimEnd();
  });
  return visible(`violations, the latest:\n${rows.join('\n')}\n`);
}

function troubles({ queued, refused, malformed }: Status): string {
  return visible(
    [
      queued.length > 0 ? `${queued.length} queued on this machine: comm-node sync\n` : '',
      ...refused.map(
        ({ kind, agent, message }) => `refused later: ${kind} of ${agent}: ${message}\n`,
      ),
      malformed.length > 0
        ? `${counted(malformed.length, 'record')} cannot be read: comm-node doctor\n`
        : '',
    ].join(''),
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
