import * as v from 'valibot';
import { GlobError, parseGlob } from '../globs/globs.ts';
import { parseArtifactRef } from './artifact-ref.ts';
import type { ParsedRecord } from './codec.ts';
import { recordFault } from './fields.ts';
import { isId } from './ids.ts';
import { isArtifactName, isName, isRepo, isTask } from './names.ts';
import type { Refusal } from './request.ts';
import { parseTime } from './time.ts';
import { oneLine } from './visible.ts';

/** The version of the record formats that this program reads and writes. */
export const SCHEMA = 1;

// A message of a schema is "EXPECTED, for example EXAMPLE": the two halves of a RecordError.
const BETWEEN = ', for example ';
const text = (expected: string, example: string, fits: (value: string) => boolean) => {
  const message = `${expected}${BETWEEN}${example}`;
  return v.pipe(v.string(message), v.check(fits, message));
};
/** Whether the text is one line without controls, not empty, at most 300 characters. */
export const isLine = (value: string): boolean =>
  value !== '' && value.length <= 300 && !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(value);
// `agent@project` belongs to a peer: its halves are names.
const isAddress = (value: string) => {
  const [name = '', project, ...rest] = value.split('@');
  if (rest.length > 0 || (project !== undefined && !isName('project', project))) return false;
  return value === 'all' || isName('agent', name);
};
const isCharge = (value: string) => {
  const [, task = '', tokens] = /^(\S+) (\d{1,10})$/.exec(value) ?? [];
  return isTask(task) && Number.isSafeInteger(Number(tokens));
};
/** So many patterns the braces of a list may stand for: each costs whoever compares it. */
const MAX_PATTERNS = 4096;
const areGlobs = (values: string[]) => {
  try {
    let patterns = 0;
    return values.every((value) => {
      patterns += parseGlob(value).alternatives.length;
      return patterns <= MAX_PATTERNS;
    });
  } catch (error) {
    if (error instanceof GlobError) return false;
    throw error;
  }
};
const list = <T extends v.GenericSchema<string>>(item: T, example: string) =>
  v.pipe(
    v.array(item, `a list of strings${BETWEEN}${example}`),
    v.maxLength(1000, `at most 1000 entries${BETWEEN}${example}`),
  );

export const idField = text('a ULID in upper case', '01KAP9Q1V8Z3YQ4T9W2X5M6N7P', isId);
export const timeField = text(
  'a time, RFC 3339 in UTC with milliseconds',
  '2026-11-22T09:30:00.000Z',
  (value) => parseTime(value) !== undefined,
);
export const agentField = text('the name of an agent', 'backend', (value) =>
  isName('agent', value),
);
/** A sender: an agent of this project, or `agent@project` of a peer. */
export const senderField = text(
  'the name of an agent',
  'backend',
  (value) => value !== 'all' && isAddress(value),
);
export const domainField = text('the name of a domain', 'backend', (value) =>
  isName('domain', value),
);
export const projectField = text('the name of a project', 'shop', (value) =>
  isName('project', value),
);
export const repoField = text('the name of a repository', 'shop-api', isRepo);
export const taskField = text('the id of a task', 'bd-123', isTask);
export const planField = text('the name of a plan', 'user-auth', (value) => isName('plan', value));
const PRIORITY = `a priority from 0 (critical) to 4 (some day)${BETWEEN}2`;
export const priorityField = v.pipe(
  v.number(PRIORITY),
  v.safeInteger(PRIORITY),
  v.minValue(0, PRIORITY),
  v.maxValue(4, PRIORITY),
);
export const lineField = text('one line of text', '"the API of the shop"', isLine);
export const keyField = text('a key of one line', 'deploy-17', isLine);
export const oidField = text(
  'the id of a commit',
  '"9fceb02d0ae598e95dc970b74767f19372d61af8"',
  (value) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value),
);
/** The name of an artifact: a file name. */
export const artifactField = text(
  'the name of an artifact, a file name',
  'api-contract.yaml',
  isArtifactName,
);
/** An artifact in one version: `domain/name@version`. */
export const pinField = text(
  'an artifact and its version',
  'backend/api-contract.yaml@3',
  (value) => {
    const [, domain = '', name = ''] = /^([^/]+)\/([^/]+)@[1-9]\d{0,8}$/.exec(value) ?? [];
    return isName('domain', domain) && isArtifactName(name);
  },
);
/** What content hashes to, as `sha256sum` prints it. */
export const sha256Field = text(
  'a SHA-256 hash, 64 hex digits in lower case',
  '"5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"',
  (value) => /^[0-9a-f]{64}$/.test(value),
);
export const domainsField = list(domainField, '[frontend, admin]');
export const addressesField = list(
  text('names of agents or domains', '[frontend, admin]', isAddress),
  '[frontend, admin]',
);
export const tasksField = list(taskField, '[auth-api, bd-123]');
export const artifactRefsField = list(
  text(
    'artifacts with their domains, as domain/name[@version]',
    '[backend/api-contract.yaml]',
    (value) => parseArtifactRef(value) !== undefined,
  ),
  '[backend/api-contract.yaml]',
);
export const idsField = list(idField, '[01KAP9Q1V8Z3YQ4T9W2X5M6N7P]');
export const linesField = list(
  text('strings of one line', '[api-contract.yaml]', isLine),
  '[api-contract.yaml]',
);
/** Tasks with tokens: `shop-7 120`, each task once. */
export const chargesField = v.pipe(
  list(text('a task and its tokens', '"shop-7 120"', isCharge), '["shop-7 120"]'),
  v.check(
    (all) => new Set(all.map((charge) => charge.split(' ', 1)[0])).size === all.length,
    `each task once${BETWEEN}["shop-7 120"]`,
  ),
);
/** Globs, or none. */
export const anyGlobsField = v.pipe(
  list(text('globs, relative to the repository', '["src/auth/**"]', isLine), '["src/auth/**"]'),
  v.check(
    areGlobs,
    `globs, relative to the repository, whose braces stand for at most ${MAX_PATTERNS}${BETWEEN}["src/auth/**"]`,
  ),
);
export const globsField = v.pipe(
  anyGlobsField,
  v.minLength(1, `at least one glob${BETWEEN}["src/auth/**"]`),
);
/** A word such as `scope` or `pre-push`: later versions may bring more of them. */
export const kindField = text('a word in lower case', 'scope', (value) =>
  /^[a-z][a-z0-9-]{0,39}$/.test(value),
);
export const kindsField = list(kindField, '[openapi]');
export const flagField = v.boolean(`true or false${BETWEEN}true`);
const COUNT = `a whole number from 0${BETWEEN}120`;
export const countField = v.pipe(v.number(COUNT), v.safeInteger(COUNT), v.minValue(0, COUNT));

const VERSION = `a whole number from 1${BETWEEN}3`;
/** The version of something that is numbered from 1. */
export const versionField = v.pipe(
  v.number(VERSION),
  v.safeInteger(VERSION),
  v.minValue(1, VERSION),
);

/** One of a few words. */
export function wordField<const T extends readonly string[]>(words: T) {
  return v.picklist(words, `one of ${words.join(', ')}${BETWEEN}${words[0]}`);
}

const isNewer = (schema: unknown) => typeof schema === 'number' && schema > SCHEMA;
const UPGRADE = `schema ${SCHEMA}, the newest this comm-node reads (upgrade: npm install -g comm-node@latest)`;

type RecordSchema = v.GenericSchema & {
  readonly entries: Readonly<Record<string, v.GenericSchema>>;
};

/**
 * Checks a record against its schema.
 * @param file named in the error
 * @returns the known fields, with defaults filled in
 * @throws RecordError at the line of the first wrong key
 */
export function checkFields<S extends RecordSchema>(
  schema: S,
  record: ParsedRecord,
  file: string,
): v.InferOutput<S> {
  const version = record.fields['schema'];
  if (version !== SCHEMA) {
    const expected = isNewer(version) ? UPGRADE : 'the version of the format';
    const line = record.lines.get('schema') ?? 1;
    throw recordFault(file, line, expected, `schema: ${SCHEMA}`, found('schema', version));
  }
  const result = v.safeParse(schema, record.fields, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = String(issue.path?.[0]?.key ?? '');
  const [expected = '', example = ''] = expectation(schema, key, issue);
  throw recordFault(
    file,
    record.lines.get(key) ?? 1,
    `${key}: ${expected}`,
    `${key}: ${example}`,
    found(key, record.fields[key]),
  );
}

function found(key: string, value: unknown): string {
  return value === undefined ? `no "${key}"` : `${key}: ${JSON.stringify(value)}`;
}

// For a missing key valibot has words of its own: what was expected says the schema of the key.
function expectation(schema: RecordSchema, key: string, issue: v.BaseIssue<unknown>): string[] {
  const entry = schema.entries[key];
  const own = entry === undefined ? undefined : v.safeParse(entry, undefined).issues?.[0];
  return (issue.message.includes(BETWEEN) ? issue : (own ?? issue)).message.split(BETWEEN);
}

/**
 * Checks the payload of a request, which may come from another machine and another version.
 * @returns the payload with defaults filled in, or why it is refused (code `invalid-request`)
 */
export function checkPayload<S extends v.GenericSchema>(
  schema: S,
  kind: string,
  payload: unknown,
): { readonly payload: v.InferOutput<S> } | { readonly refused: Refusal } {
  const result = v.safeParse(schema, payload, { abortEarly: true });
  if (result.success) return { payload: result.output };
  const [issue] = result.issues;
  const key = issue.path?.map((part) => String(part.key)).join('.') ?? '';
  return { refused: invalidRequest(kind, oneLine(key, 60), oneLine(issue.message, 200)) };
}

/** A request that no comm-node of this version would have made. */
export function invalidRequest(kind: string, key: string, problem: string): Refusal {
  return {
    code: 'invalid-request',
    message: `the ${oneLine(kind, 40)} request is not valid: ${key}: expected ${problem}`,
    hint: 'run the same version of comm-node everywhere; "comm-node doctor" compares them',
    data: { kind: oneLine(kind, 40), key },
  };
}
