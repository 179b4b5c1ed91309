import { basename, join, resolve } from 'node:path';
import type { Bus } from '../bus/bus.ts';
import { UsageError } from '../errors.ts';
import type { ArtifactFacts } from '../records/artifact-facts.ts';
import type { ArtifactPayload } from '../records/artifact-payload.ts';
import {
  type AdapterRule,
  type ArtifactSettings,
  artifactSettings,
} from '../records/artifact-settings.ts';
import type { StalePin } from '../records/artifact-stale.ts';
import { defined } from '../records/fields.ts';
import { HUMAN, isArtifactName } from '../records/names.ts';
import { parseProject } from '../records/project.ts';
import { formatSize } from '../records/size.ts';
import { oneLine } from '../records/visible.ts';
import { type FileContent, readCommitted, readContent } from '../sources/content-file.ts';
import { documentFault } from './document-fault.ts';
import { no, type Outcome, yes } from './outcome.ts';
import type { Session } from './session.ts';

/** What is to be published; what is undefined is found out. */
export interface Publication {
  /** As typed. */
  readonly file: string;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
  /** Whose artifact it is: only the human names another than its own. */
  readonly domain?: string | undefined;
  readonly task?: string | undefined;
  /** What there is to say about it. */
  readonly note?: string | undefined;
  /** Leave the content in its repository, however small it is. */
  readonly byReference: boolean;
  /** Publish only if this is the newest version; 0: if there is none. */
  readonly ifVersion?: number | undefined;
  /** Publish only while these have these hashes: `domain/name` → hash. */
  readonly ifArtifacts?: Readonly<Record<string, string>> | undefined;
  /** Nothing of this kind is published but that, and what `ifArtifacts` names. */
  readonly ifAlone?: string | undefined;
  /** Derive what the settings say is derived of its kind. */
  readonly adapters: boolean;
  readonly idempotencyKey?: string | undefined;
}

/** What was published. */
export interface Published {
  readonly artifact: ArtifactFacts;
  readonly derived: readonly ArtifactFacts[];
  /** The id of the message to the consumers; null when nobody was told. */
  readonly message: string | null;
  /** It was published already, with this content. */
  readonly unchanged: boolean;
  /** Tasks that pin an older version. */
  readonly stale: readonly StalePin[];
  readonly commit: string | null;
}

type Item = ArtifactPayload['artifacts'][number];

/**
 * Publishes a file, and what is derived of it, in one commit with the message to its consumers. It
 * is never kept for later: it fails when the remote is out of reach, and changes nothing.
 */
export async function publishArtifact(
  session: Session,
  publication: Publication,
): Promise<Outcome<Published>> {
  const { bus, place } = session;
  const settings = await settingsOf(bus);
  const path = resolve(place.cwd, publication.file);
  const content = readContent(path, settings.limit);
  const name = publication.name ?? basename(path);
  if (!isArtifactName(name)) throw badName(name);
  const kind = await kindOf(session, settings, publication, name, path, content);
  const byReference = publication.byReference || !('data' in content);
  const first = byReference
    ? await referenceItem(session, path, name, kind)
    : await storedItem(bus, name, kind, content);
  const rules = publication.adapters ? settings.adapters.filter((one) => one.kind === kind) : [];
  if (rules.length === 0 && kind === 'openapi' && 'data' in content) {
    // What is derived of it would tell; without that, whoever consumes it finds out.
    const fault = await documentFault(place, content.data, kind);
    if (fault !== undefined) return no(notWhatItIs(name, fault));
  }
  const derived = 'data' in content ? await deriveAll(session, rules, name, content.data) : [];
  return submit(session, publication, [first, ...derived]);
}

/** Publishes content that is at hand: a report, the output of a command that failed. */
export async function publishContent(
  session: Session,
  content: { readonly name: string; readonly kind: string; readonly data: Buffer },
  about: Pick<Publication, 'domain' | 'task' | 'note' | 'ifVersion' | 'ifArtifacts' | 'ifAlone'>,
): Promise<Outcome<Published>> {
  const item = await dataItem(session.bus, content.name, content.kind, content.data);
  return submit(session, about, [item]);
}

async function submit(
  session: Session,
  about: Partial<Publication>,
  artifacts: readonly Item[],
): Promise<Outcome<Published>> {
  const payload = defined<Record<string, unknown>>({
    domain: about.domain,
    artifacts,
    task: about.task,
    note: about.note,
    if_version: about.ifVersion,
    if_artifacts: about.ifArtifacts,
    if_alone: about.ifAlone,
  });
  const request = session.request('artifact', payload, about.idempotencyKey);
  const outcome = await session.bus.publish(request, { deferrable: false });
  if ('refused' in outcome) return no(outcome.refused);
  if ('queued' in outcome) throw new Error('an artifact that was kept for later');
  const result = 'published' in outcome ? outcome.published : outcome.unneeded;
  const commit = 'published' in outcome ? outcome.commit : null;
  if (!('artifact' in result)) return repeated(session, about, artifacts);
  return yes({ ...(result as unknown as Published), commit });
}

/** A retry of an idempotency key: what stands now is what there is to tell. */
async function repeated(
  session: Session,
  { domain }: Partial<Publication>,
  [item]: readonly Item[],
): Promise<Outcome<Published>> {
  const { fold } = await session.bus.view();
  const own = domain ?? fold.agents.get(session.agent)?.domain;
  const known = fold.artifacts.get(`${own}/${item?.name}`);
  if (known === undefined) {
    const message = 'a message was sent with this idempotency key before';
    return no({ code: 'key-used', message, hint: 'use another --idempotency-key' });
  }
  const { artifactFacts } = await import('../records/artifact-facts.ts');
  const told = { derived: [], message: null, unchanged: true, stale: [], commit: null };
  return yes({ artifact: artifactFacts(known), ...told });
}

/** `[artifacts]` of the project. */
export async function settingsOf(bus: Bus): Promise<ArtifactSettings> {
  const { projectText } = (await bus.view()).fold;
  return artifactSettings(projectText === '' ? undefined : parseProject(projectText));
}

async function storedItem(
  bus: Bus,
  name: string,
  kind: string,
  content: FileContent | { readonly bytes: number },
): Promise<Item> {
  if (!('data' in content)) throw new Error('content that was not read');
  const { data, sha256, bytes } = content;
  return { name, kind, sha256, bytes, blob: await (await bus.contents()).store(data) };
}

async function dataItem(bus: Bus, name: string, kind: string, data: Buffer): Promise<Item> {
  const { digestOf } = await import('../bus/contents.ts');
  return { name, kind, ...digestOf(data), blob: await (await bus.contents()).store(data) };
}

async function referenceItem(
  { workplace, place }: Session,
  path: string,
  name: string,
  kind: string,
): Promise<Item> {
  const { commit, path: within, url, blob, sha256, bytes } = await readCommitted(path);
  const repo = workplace?.repo;
  if (!repo) {
    throw new UsageError(`${place.cwd} belongs to no repository that has joined`, {
      hint: 'publish by reference from a worktree that has joined',
    });
  }
  const at = { repo, commit, path: within, ...(url === undefined ? {} : { url }) };
  return { name, kind, sha256, bytes, blob, at };
}

async function deriveAll(
  session: Session,
  rules: readonly AdapterRule[],
  source: string,
  data: Buffer,
): Promise<Item[]> {
  const items: Item[] = [];
  for (const rule of rules) {
    const { adapt } = await import('./adapting.ts');
    const { name, adapter, data: made } = await adapt(session.place, rule, source, data);
    const item = await dataItem(session.bus, name, rule.to, made);
    items.push({ ...item, adapter });
  }
  return items;
}

/** The kind that was named, or declared, or published before; an OpenAPI document says so itself. */
async function kindOf(
  session: Session,
  { files }: ArtifactSettings,
  { kind, domain }: Publication,
  name: string,
  path: string,
  content: FileContent | { readonly bytes: number },
): Promise<string> {
  if (kind !== undefined) return kind;
  const { fold } = await session.bus.view();
  const own = domain ?? fold.agents.get(session.agent)?.domain ?? HUMAN;
  const top = session.workplace?.topLevel ?? session.place.cwd;
  const declared = files.find(
    (one) => one.domain === own && (one.name === name || join(top, one.file) === path),
  );
  const known = declared?.kind ?? fold.artifacts.get(`${own}/${name}`)?.kind;
  if (known !== undefined) return known;
  const head = 'data' in content ? content.data.subarray(0, 2000).toString('latin1') : '';
  if (/^\s*(?:\{\s*)?"?openapi"?\s*:\s*["']?3\./m.test(head)) return 'openapi';
  const exported = fold.domains.get(own)?.exports ?? [];
  if (exported.length === 1 && exported[0] !== undefined) return exported[0];
  const hint = `say what it is: --kind ${exported[0] ?? 'openapi'} (what consumers import: openapi, typescript, json-schema, …)`;
  throw new UsageError(`the kind of ${name} (${formatSize(content.bytes)}) is not known`, { hint });
}

function notWhatItIs(name: string, fault: string) {
  return {
    code: 'artifact-malformed',
    message: `${name} cannot be published as openapi: it is ${fault}`,
    hint: 'mend it and publish it again, or give it another kind: --kind document',
  };
}

function badName(name: string): UsageError {
  return new UsageError(`"${oneLine(name, 60)}" cannot name an artifact`, {
    hint: 'a name is a file name of letters, digits, ".", "_" and "-", without a folder: --name api-contract.yaml',
    data: { name: name.slice(0, 100) },
  });
}
