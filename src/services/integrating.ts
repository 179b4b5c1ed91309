import { join } from 'node:path';
import type { View } from '../bus/view.ts';
import { CommError } from '../errors.ts';
import { parseArtifactRef } from '../records/artifact-ref.ts';
import { type IntegrationSettings, integrationSettings } from '../records/gate-settings.ts';
import {
  GATE_KINDS,
  type GateCheck,
  type IntegrationReport,
  integrated,
  REPORT_NAME,
} from '../records/integration-report.ts';
import { parseProject } from '../records/project.ts';
import { formatTime } from '../records/time.ts';
import { headOf } from '../sources/content-file.ts';
import { isThere } from '../sources/write-source.ts';
import { verify } from './artifact-content.ts';
import { type Announce, reachable, runGate } from './gate-run.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { publishContent } from './publish-artifact.ts';
import type { Session } from './session.ts';

/** What is to be integrated. */
export interface Integration extends Announce {
  /** Only the tasks of this plan; undefined: all. */
  readonly plan: string | undefined;
  /** Whose artifact the report is; undefined: the agent's. */
  readonly domain: string | undefined;
  /** `NAME=FOLDER`: where repositories are, beside the worktrees that have joined on this machine. */
  readonly repos: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A report, and where it was published. */
export interface Integrated {
  readonly report: IntegrationReport;
  /** Its own reference, `domain/name@version`. */
  readonly published: string;
}

/**
 * Looks whether everything fits together: tasks, artifacts, boundaries, then the commands of the
 * settings. The first red stops what comes after it; the report is published all the same.
 */
export async function integrate(
  session: Session,
  integration: Integration,
): Promise<Outcome<Integrated>> {
  const { bus, place, agent } = session;
  if (bus.hub.lane === 'push') await bus.receive();
  const view = await bus.view();
  const { fold } = view;
  const settings = integrationSettings(projectOf(view));
  const places = await reachable(session, integration.repos);
  const checks: GateCheck[] = [];
  const steps: (() => Promise<GateCheck>)[] = [
    async () => checkTasks(view, integration.plan),
    () => checkArtifacts(session, view, settings),
    () => checkBoundaries(session, view, places, integration),
  ];
  const looks = await Promise.all(steps.map((step) => step()));
  for (const check of looks) {
    checks.push(check);
    tell(integration, check);
  }
  for (const command of settings.commands) {
    if (checks.some(({ ok }) => !ok)) break;
    const check = await runGate(session, command, places, integration);
    checks.push(check);
    tell(integration, check);
  }
  const report: IntegrationReport = {
    schema: 1,
    ok: checks.every(({ ok }) => ok),
    by: agent,
    at: formatTime(place.now()),
    plan: integration.plan ?? null,
    checks,
    artifacts: integrated(fold.artifacts),
    repositories: await heads(places),
  };
  return publishReport(session, report, integration.domain);
}

async function publishReport(
  session: Session,
  report: IntegrationReport,
  domain: string | undefined,
): Promise<Outcome<Integrated>> {
  const red = report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
  const note = report.ok ? 'Integration is green.' : `Integration is red: ${red.join(', ')}.`;
  const data = Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
  const [kind] = GATE_KINDS;
  const content = { name: REPORT_NAME, kind, data };
  const outcome = await publishContent(session, content, {
    domain,
    note,
    ifArtifacts: report.artifacts,
  });
  if (!outcome.ok) return outcome;
  const { artifact } = outcome.data;
  return yes({ report, published: `${artifact.domain}/${artifact.name}@${artifact.version}` });
}

/** The settings as they stand. @throws ConfigError when they cannot be read */
export function projectOf({ fold }: View) {
  return fold.projectText === '' ? undefined : parseProject(fold.projectText);
}

async function heads(places: ReadonlyMap<string, string>): Promise<Record<string, string>> {
  const commits: Record<string, string> = {};
  for (const [repo, folder] of places) commits[repo] = (await headOf(folder)) ?? 'no commit';
  return commits;
}

function checkTasks({ fold }: View, plan: string | undefined): GateCheck {
  const tasks = [...fold.tasks.values()].filter((one) => plan === undefined || one.plan === plan);
  const open = tasks.filter(({ status }) => status !== 'done');
  const details = open.map(
    ({ id, domain, status, claimed_by: by }) =>
      `${id} of ${domain} is ${status}${by ? ` (${by})` : ''}`,
  );
  if (plan !== undefined && tasks.length === 0) details.push(`no task belongs to the plan ${plan}`);
  const ok = details.length === 0;
  const all = tasks.length === 0 ? 'there are none' : `${tasks.length} done`;
  return { name: 'tasks', ok, details: ok ? [all] : details };
}

async function checkArtifacts(
  { bus }: Session,
  { fold }: View,
  settings: IntegrationSettings,
): Promise<GateCheck> {
  const details: string[] = [];
  const { artifacts, commit = '' } = fold;
  for (const text of settings.artifacts) {
    const ref = parseArtifactRef(text);
    const known = ref && artifacts.get(`${ref.domain}/${ref.name}`);
    if (!known || known.withdrawn !== undefined) details.push(`${text} is not published`);
    else if (ref.version !== undefined && known.version !== ref.version) {
      details.push(`${text} is needed, and the newest is version ${known.version}`);
    } else if (ref.sha256 !== undefined && !known.sha256.startsWith(ref.sha256)) {
      details.push(`${text} is needed, and it is ${known.sha256}`);
    }
  }
  let verified = 0;
  for (const key of Object.keys(integrated(artifacts))) {
    const artifact = artifacts.get(key);
    if (!artifact) continue;
    const { ok, problem } = await verify(bus, commit, { artifact, commit });
    if (!ok) details.push(problem?.message ?? key);
    verified++;
  }
  const fault = fold.malformed.find(({ path }) => path.startsWith('artifacts/'));
  if (fault) details.push(fault.message);
  const ok = details.length === 0;
  return { name: 'artifacts', ok, details: ok ? [`${verified} verified`] : details };
}

async function checkBoundaries(
  { place }: Session,
  { fold }: View,
  places: ReadonlyMap<string, string>,
  { env }: Integration,
): Promise<GateCheck> {
  const { lintBoundaries } = await import('./linting.ts');
  const details: string[] = [];
  const clean: string[] = [];
  for (const [repo, folder] of places) {
    if (!isThere(join(folder, 'boundaries.toml'))) continue;
    try {
      const { report } = await lintBoundaries({ cwd: folder, env, home: place.home });
      const fresh = report.violations.filter(({ baseline }) => !baseline);
      if (fresh.length === 0) clean.push(`${repo}: ${report.files} files clean`);
      for (const { file, line, specifier, why } of fresh.slice(0, 20)) {
        details.push(`${repo}: ${file}:${line} imports ${specifier}${why ? `: ${why}` : ''}`);
      }
    } catch (error) {
      if (!(error instanceof CommError)) throw error;
      details.push(`${repo}: ${error.message}`);
    }
  }
  const repos = new Set([...fold.domains.values()].flatMap(({ repo }) => repo ?? []));
  const away = [...repos].filter((repo) => !places.has(repo));
  const notes = away.length > 0 ? [`not on this machine: ${away.join(', ')}`] : [];
  const ok = details.length === 0;
  const said = [...clean, ...notes];
  if (said.length === 0) said.push('no repository here has rules');
  return { name: 'boundaries', ok, details: ok ? said : details };
}

function tell({ tell: say }: Integration, { name, ok, details }: GateCheck): void {
  say(`${ok ? '✓' : '❌'} ${name}: ${ok ? details.join('; ') : details.join('\n  ')}`);
}

/** Why a red report is a no. */
export function redRefusal({ report, published }: Integrated) {
  const red = report.checks.filter(({ ok }) => !ok);
  return no({
    code: 'integration-red',
    message: `integration is red: ${red.map(({ name, details }) => `${name} (${details[0] ?? ''})`).join(', ')}`,
    hint: `comm-node artifact get ${published} has the whole report`,
    data: { report, published },
  });
}
