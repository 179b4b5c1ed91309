import { CommError } from '../errors.ts';
import { visible } from '../records/visible.ts';
import type { Unpublished } from '../services/artifact-reminder.ts';
import {
  judgeCommit,
  judgeMerge,
  judgePush,
  noteCommit,
  type PushedRef,
  type Verdict,
} from '../services/commit-guard.ts';
import { addTrailers } from '../services/commit-trailers.ts';
import { PROBED, probeWord } from '../services/hook-setup.ts';
import { judgeReceived } from '../services/receive-guard.ts';
import type { Surroundings } from '../services/session.ts';
import { GO_ON, type HookAnswer, type HookCall } from './call.ts';
import { isRefusal, refusalText } from './refusal-text.ts';

/** Answers one hook of Git. Any code but 0 is a no. */
export async function gitHook(call: HookCall): Promise<HookAnswer> {
  const [name = '', ...words] = call.words;
  const hook = HOOKS[name];
  if (!hook) return { code: 0, stderr: `comm-node: there is no Git hook "${name}" here\n` };
  const probe = call.env['COMM_NODE_HOOK_PROBE'];
  if (probe !== undefined) return { code: PROBED, stderr: `${probeWord(probe, name)}\n` };
  try {
    return await hook(call, words);
  } catch (error) {
    if (!(error instanceof CommError)) throw error;
    return hook === made ? GO_ON : cannotTell(name, error);
  }
}

type Hook = (call: HookCall, words: readonly string[]) => Promise<HookAnswer>;

const HOOKS: Readonly<Record<string, Hook>> = {
  'pre-commit': commit,
  'pre-merge-commit': merge,
  'prepare-commit-msg': prepare,
  'post-commit': made,
  'pre-push': push,
  'pre-receive': receive,
};

async function commit(call: HookCall): Promise<HookAnswer> {
  return answer(call, 'this commit', await judgeCommit(placeOf(call), call.env));
}

async function merge(call: HookCall): Promise<HookAnswer> {
  return answer(call, 'this merge', await judgeMerge(placeOf(call), call.env));
}

async function prepare(call: HookCall, [file]: readonly string[]): Promise<HookAnswer> {
  if (file !== undefined) await addTrailers(placeOf(call), file, call.env['COMM_NODE_TASK']);
  return GO_ON;
}

/** It has happened: nothing can be refused any more, but it can be told. */
async function made(call: HookCall): Promise<HookAnswer> {
  const verdict = await noteCommit(placeOf(call), call.env);
  if (!verdict) return GO_ON;
  const reminder = (verdict.unpublished ?? []).map(reminderOf).join('');
  if (!isRefusal(verdict)) return reminder === '' ? GO_ON : { code: 0, stderr: reminder };
  const text = refusalText(verdict, call.now());
  return {
    code: 0,
    stderr: `comm-node: this commit is against the rules, and will not be pushed:\n${text}\n${reminder}`,
  };
}

function reminderOf({ file, name, kind, version }: Unpublished): string {
  const what = version === null ? 'is not published yet' : `differs from ${name} v${version}`;
  return visible(
    `comm-node: ${file} ${what}. Next:\n  comm-node artifact publish ${file} --name ${name} --kind ${kind}\n`,
  );
}

async function push(call: HookCall): Promise<HookAnswer> {
  const refs = call
    .input()
    .split('\n')
    .flatMap((line): PushedRef[] => {
      const [, to, ref, from] = line.trim().split(' ');
      return to && ref && from ? [{ ref, from, to }] : [];
    });
  return answer(call, 'this push', await judgePush(placeOf(call), call.env, refs));
}

async function receive(call: HookCall): Promise<HookAnswer> {
  const refs = call
    .input()
    .split('\n')
    .flatMap((line): PushedRef[] => {
      const [from, to, ref] = line.trim().split(' ');
      return from && to && ref ? [{ ref, from, to }] : [];
    });
  return answer(call, 'this push', await judgeReceived(placeOf(call), call.env, refs));
}

function answer(call: HookCall, what: string, verdict: Verdict | undefined): HookAnswer {
  if (!verdict || !isRefusal(verdict)) return GO_ON;
  return { code: 1, stderr: `comm-node refuses ${what}:\n${refusalText(verdict, call.now())}\n` };
}

/** Who cannot read the rules says no: a lock that nobody can see must not be passed by. */
function cannotTell(name: string, { message, hint }: CommError): HookAnswer {
  const next = hint === undefined ? '' : `\nNext:\n  ${hint}`;
  return {
    code: 1,
    stderr: `comm-node: ${name} cannot tell what is allowed, so it refuses: ${message}${next}\n`,
  };
}

/** What services work with in a hook; nothing waits for a terminal here. */
export function placeOf(call: HookCall, cwd: string = call.cwd): Surroundings {
  return {
    cwd,
    home: call.home,
    agent: call.env['COMM_NODE_AGENT'] || undefined,
    repository: call.env['COMM_NODE_REPOSITORY'] || undefined,
    now: () => call.now(),
    ids: () => call.ids(),
    progress: () => undefined,
    notice: () => undefined,
  };
}
