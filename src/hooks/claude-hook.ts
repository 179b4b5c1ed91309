import { homedir } from 'node:os';
import { CommError } from '../errors.ts';
import { type AtWork, atWork, endWork, type Hosted } from '../services/agent-at-work.ts';
import { findTargets, judgeEdit } from '../services/edit-guard.ts';
import { mailNews } from '../services/mail-news.ts';
import { recordUnreadableCall } from '../services/refused-attempts.ts';
import { nameInEnvironment, sessionBrief } from '../services/session-brief.ts';
import { unfinished } from '../services/stop-gate.ts';
import { auditWork } from '../services/work-audit.ts';
import { GO_ON, type HookAnswer, type HookCall } from './call.ts';
import { isShell, type Payload, readPayload, wantedFiles } from './claude-payload.ts';
import { briefText, fit, newsText, unfinishedText } from './claude-text.ts';
import { placeOf } from './git-hook.ts';
import { refusalText } from './refusal-text.ts';

/**
 * Answers one hook of Claude Code: JSON on standard output and code 0, whatever the answer. Other
 * codes would either be passed over or stop more than was meant.
 */
export async function claudeHook(call: HookCall): Promise<HookAnswer> {
  const [event = ''] = call.words;
  const handle = EVENTS[event];
  if (!handle) return GO_ON;
  const payload = readPayload(call.input());
  const asked = { call, event, payload: payload ?? NOTHING, hosted: hostedBy(call, payload) };
  try {
    if (payload === undefined) return await unreadable(asked);
    return await handle(asked);
  } catch (error) {
    return failed(asked, error);
  }
}

interface Asked {
  readonly call: HookCall;
  readonly event: string;
  readonly payload: Payload;
  readonly hosted: Hosted;
}

const NOTHING: Payload = {
  event: '',
  sessionId: undefined,
  cwd: undefined,
  tool: '',
  input: {},
  source: '',
  subagent: undefined,
  hasBackgroundTasks: false,
};

const EVENTS: Readonly<Record<string, (asked: Asked) => Promise<HookAnswer>>> = {
  SessionStart: begin,
  UserPromptSubmit: tell,
  PreToolUse: guard,
  PostToolUse: tell,
  PostToolBatch: tell,
  Stop: stop,
  SubagentStop: stop,
  SessionEnd: end,
};

function hostedBy({ env }: HookCall, payload: Payload | undefined): Hosted {
  const id = payload?.sessionId ?? env['CLAUDE_CODE_SESSION_ID'];
  const mayExchange = env['COMM_NODE_EXCHANGE'] !== '0';
  return { id, begunIn: env['CLAUDE_PROJECT_DIR'], mayExchange };
}

/** Where the session is now: the host's own folder need not be. */
function placeAsked({ call, payload }: Asked) {
  return placeOf(call, payload.cwd ?? call.cwd);
}

async function begin(asked: Asked): Promise<HookAnswer> {
  const { call, hosted, payload } = asked;
  const text = await atWork(placeAsked(asked), hosted, async (work) => {
    const file = call.env['CLAUDE_ENV_FILE'];
    if (file !== undefined) await nameInEnvironment(file, work.guard.agent);
    if (payload.source !== 'compact') work.remember({ began: call.now() });
    const news = newsText(await mailNews(work, true));
    const next = news === '' ? 'No unread mail.' : news;
    return `${briefText(await sessionBrief(work), call.now())}\n${next}`;
  });
  return withContext(asked, text);
}

/** New mail, and what is changed that should not be. */
async function tell(asked: Asked): Promise<HookAnswer> {
  const text = await atWork(placeAsked(asked), asked.hosted, async (work) => {
    const parts = [newsText(await mailNews(work)), await auditText(asked, work)];
    return parts.filter((part) => part !== '').join('\n\n');
  });
  return withContext(asked, text);
}

async function auditText({ call }: Asked, work: AtWork): Promise<string> {
  const findings = await auditWork(work);
  if (findings.length === 0) return '';
  const { agent, ageMs } = work.guard;
  const why = refusalText({ agent, findings, imports: [], ageMs }, call.now());
  return `comm-node: changed in this worktree, and not to be committed:\n${why}`;
}

async function guard(asked: Asked): Promise<HookAnswer> {
  const { call, payload, hosted } = asked;
  const place = placeAsked(asked);
  const targets = findTargets(wantedFiles(payload, place.cwd), homedir());
  if (targets.length === 0) return GO_ON;
  const seen = isShell(payload.tool) ? 'bash' : 'edit';
  const verdict = await judgeEdit(place, hosted, targets, seen);
  if (!verdict || verdict.findings.length === 0) return GO_ON;
  return deny(`comm-node refuses this change. ${refusalText(verdict, call.now())}`);
}

async function stop(asked: Asked): Promise<HookAnswer> {
  const { call, event, payload, hosted } = asked;
  // It comes back by itself when what runs in the background ends.
  if (payload.hasBackgroundTasks) return GO_ON;
  const what = event === 'Stop' ? 'stop' : `subagent ${payload.subagent ?? ''}`;
  const left = await atWork(placeAsked(asked), hosted, (work) => unfinished(work, what));
  if (!left || (left.questions.length === 0 && left.locks.length === 0)) return GO_ON;
  return said({ decision: 'block', reason: fit(unfinishedText(left, call.now())) });
}

async function end({ call, hosted }: Asked): Promise<HookAnswer> {
  await endWork(call.home, hosted, call.now());
  return GO_ON;
}

function withContext({ event }: Asked, text: string | undefined): HookAnswer {
  if (text === undefined || text === '') return GO_ON;
  return said({ hookSpecificOutput: { hookEventName: event, additionalContext: fit(text) } });
}

function deny(reason: string): HookAnswer {
  const decision = { permissionDecision: 'deny', permissionDecisionReason: fit(reason) };
  return said({ hookSpecificOutput: { hookEventName: 'PreToolUse', ...decision } });
}

function said(answer: object): HookAnswer {
  return { code: 0, stdout: `${JSON.stringify(answer)}\n` };
}

/** What cannot be read may be a change of anything: where nobody joined, that is nobody's concern. */
async function unreadable(asked: Asked): Promise<HookAnswer> {
  if (asked.event !== 'PreToolUse') return GO_ON;
  const joined = await atWork(placeAsked(asked), asked.hosted, async ({ guard }) => {
    await recordUnreadableCall(guard);
    return true;
  });
  return joined === undefined
    ? GO_ON
    : deny('comm-node cannot read what this tool is about to do, so it refuses.');
}

/** Who cannot read the rules says no to a change, and tells it at the start; elsewhere it says nothing. */
function failed(asked: Asked, error: unknown): HookAnswer {
  const known = error instanceof CommError;
  const message = known ? error.message : `something went wrong (${String(error)})`;
  const hint = known && error.hint !== undefined ? `\nNext:\n  ${error.hint}` : '';
  if (asked.event === 'PreToolUse') {
    return deny(`comm-node cannot tell what is allowed here, so it refuses: ${message}${hint}`);
  }
  if (asked.event === 'SessionStart') {
    return withContext(asked, `comm-node cannot work here: ${message}${hint}`);
  }
  return known ? GO_ON : { code: 1, stderr: `comm-node: ${asked.event}: ${message}\n` };
}
