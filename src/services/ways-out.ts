import type { WayOut } from '../records/over-budget.ts';
import type { Refusal } from '../records/request.ts';
import { shortId } from './finding.ts';
import type { Draft } from './messaging.ts';
import type { Session } from './session.ts';
import { typed } from './typed.ts';

/** A way out of a budget that is spent, with the command that takes it. */
export type TypedWay = WayOut & { readonly command: string };

// A command that repeats a long text would cost what it saves: it stands in the data alone.
const MAX_SHOWN = 160;

/** The refusal `over-budget` with a command for each way out: typed as it stands, it is accepted. */
export function withCommands(refusal: Refusal, draft: Draft, session: Session): Refusal {
  const ways = (refusal.data?.['ways'] ?? []) as readonly WayOut[];
  const task = String(refusal.data?.['task']);
  const typedWays: TypedWay[] = ways.map((way) => {
    const [verb, ...words] =
      way.kind === 'request' ? requestWords(task, way.amount) : sendWords(draft, task, way);
    return { ...way, command: typed(['comm-node', ...verb, ...whoAmI(session), ...words]) };
  });
  return {
    ...refusal,
    hint: typedWays.map((way) => hintOf(way, draft)).join('\n  or '),
    data: { ...refusal.data, ways: typedWays },
  };
}

function hintOf(way: TypedWay, { body }: Draft): string {
  if (way.kind === 'request') return `ask for what is missing: ${way.command}`;
  const isShort = way.command.length <= MAX_SHOWN;
  if (way.kind === 'tier') {
    const said = `say it as a ${way.tier} message, about ${way.tokens} tokens`;
    return isShort ? `${said}: ${way.command}` : said;
  }
  return `cut ${way.over} tokens, the last ${body.length - way.body.length} characters`;
}

/** The verb, and what comes behind it. */
type Words = readonly [verb: readonly string[], ...rest: string[]];

function requestWords(task: string, amount: number): Words {
  const why = 'one more message';
  return [['budget', 'request'], '--task', task, '--amount', String(amount), '--why', why];
}

type Shorter = Exclude<WayOut, { kind: 'request' }>;

function sendWords(draft: Draft, task: string, way: Shorter): Words {
  const { inReplyTo, type, to } = draft;
  const tier = way.kind === 'tier' ? way.tier : draft.tier;
  const options = [
    ...['--task', task],
    ...(tier === undefined ? [] : ['--tier', tier]),
    ...(draft.priority === undefined ? [] : ['--priority', draft.priority]),
    ...(draft.cc ?? []).flatMap((name) => ['--cc', name]),
    ...(draft.artifacts ?? []).flatMap((name) => ['--artifact', name]),
    ...(draft.blocksProgress ? ['--blocking'] : []),
    ...(draft.ackRequired ? ['--ack'] : []),
    ...(draft.idempotencyKey === undefined ? [] : ['--idempotency-key', draft.idempotencyKey]),
  ];
  // Behind `--` stand words alone: a text may begin with a dash.
  const text = ['--', way.body];
  if (inReplyTo !== undefined && type === 'answer') {
    return [['answer', shortId(inReplyTo)], ...options, ...text];
  }
  const more = [
    ...(type === undefined ? [] : ['--type', type]),
    ...(draft.tokenBudget === undefined ? [] : ['--token-budget', String(draft.tokenBudget)]),
  ];
  if (inReplyTo !== undefined) return [['reply', shortId(inReplyTo)], ...more, ...options, ...text];
  const thread = draft.thread === undefined ? [] : ['--thread', draft.thread];
  const names = to.flatMap((name) => ['--to', name]);
  return [['send'], ...names, ...more, ...thread, ...options, ...text];
}

/** Named only where the place does not know it. */
function whoAmI({ agent, workplace }: Session): string[] {
  return workplace?.agent === agent ? [] : ['--agent', agent];
}
