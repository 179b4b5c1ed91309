import type { View } from '../bus/view.ts';
import { type Artifact, artifactKey } from '../records/artifact.ts';
import { deploySettings } from '../records/gate-settings.ts';
import {
  DEPLOY_NAME,
  type DeployReport,
  differences,
  GATE_KINDS,
  type IntegrationReport,
  integrated,
  REPORT_NAME,
} from '../records/integration-report.ts';
import type { Refusal } from '../records/request.ts';
import { formatDuration, formatTime, parseTime } from '../records/time.ts';
import { checkContent, readJson, verify } from './artifact-content.ts';
import { type Announce, reachable, runGate } from './gate-run.ts';
import { projectOf } from './integrating.ts';
import { no, type Outcome, yes } from './outcome.ts';
import { publishContent } from './publish-artifact.ts';
import type { Session } from './session.ts';

/** How to deploy. */
export interface Deployment extends Announce {
  /** `NAME=FOLDER`: where repositories are. */
  readonly repos: readonly string[];
  /** Whose report counts; undefined: the newest there is. */
  readonly domain: string | undefined;
  /** Take up a deployment that was cut off. */
  readonly resume: boolean;
}

/** What came of it. */
export interface Deployed {
  readonly deploy: DeployReport;
  /** It had been done before, for this very report. */
  readonly repeated: boolean;
}

/** The green report that a deployment stands behind. */
interface Gate {
  readonly artifact: Artifact;
  readonly report: IntegrationReport;
}

/**
 * Runs the deployment command, behind a green report for exactly what is published now, once for
 * each report. Whoever publishes "running" first has it to itself. If the command fails, that of
 * rollback runs. Refused: `no-deploy`, `no-report`, `report-red`, `report-outdated`,
 * `artifact-altered`, `deploy-running`, `deploy-failed`.
 */
export async function deploy(session: Session, deployment: Deployment): Promise<Outcome<Deployed>> {
  const { bus, place, agent } = session;
  if (bus.hub.lane === 'push') await bus.receive();
  const view = await bus.view();
  const settings = deploySettings(projectOf(view));
  if (settings === undefined) return no(NO_DEPLOY);
  const gate = await openGate(session, view, deployment.domain);
  if (!gate.ok) return gate;
  const { artifact, report } = gate.data;
  const last = await lastDeploy(session, view, artifact.domain);
  if (last?.report.report === artifact.sha256 && last.report.state === 'done') {
    return yes({ deploy: last.report, repeated: true });
  }
  const running =
    last && runningRefusal(last.report, deployment, settings.deploy.timeoutMs, place.now());
  if (running) return no(running);
  const isResumed = last?.report.state === 'running' && last.report.report === artifact.sha256;
  const begun: DeployReport = {
    schema: 1,
    id: isResumed ? last.report.id : place.ids(),
    state: 'running',
    by: agent,
    begun: formatTime(place.now()),
    ended: null,
    report: artifact.sha256,
    output: '',
  };
  const ifArtifacts = { ...report.artifacts, [artifactKey(artifact)]: artifact.sha256 };
  const mine = await publishDeploy(
    session,
    begun,
    artifact.domain,
    last?.version ?? 0,
    ifArtifacts,
  );
  if (!mine.ok) return mine;
  const places = await reachable(session, deployment.repos);
  const env = { COMM_NODE_DEPLOY_ID: begun.id };
  const done = await runGate(session, settings.deploy, places, deployment, env);
  let state: DeployReport['state'] = done.ok ? 'done' : 'failed';
  const output = [...done.details];
  if (!done.ok && settings.rollback) {
    const back = await runGate(
      session,
      settings.rollback,
      places,
      { ...deployment, signal: NEVER },
      env,
    );
    state = back.ok ? 'rolled-back' : 'failed';
    output.push('rollback:', ...back.details);
  }
  const ended = formatTime(place.now());
  const final: DeployReport = { ...begun, state, ended, output: output.join('\n') };
  const told = await publishDeploy(session, final, artifact.domain, mine.data, undefined);
  if (!told.ok) return told;
  return done.ok ? yes({ deploy: final, repeated: false }) : no(failedRefusal(final));
}

const NEVER = new AbortController().signal;

const NO_DEPLOY: Refusal = {
  code: 'no-deploy',
  message: 'comm-node.toml does not say how to deploy',
  hint: 'add [deploy] with run = "./deploy.sh", and rollback = "…" if there is one; commit and push',
};

/** The newest report, if it is green, unaltered, and about exactly what is published now. */
async function openGate(
  { bus }: Session,
  { fold }: View,
  domain: string | undefined,
): Promise<Outcome<Gate>> {
  const artifact = [...fold.artifacts.values()]
    .filter(({ name, kind }) => name === REPORT_NAME && kind === GATE_KINDS[0])
    .filter((one) => domain === undefined || one.domain === domain)
    .sort((a, b) => (a.published < b.published ? 1 : -1))[0];
  const { commit } = fold;
  if (artifact === undefined || commit === undefined) {
    const hint = 'comm-node integrate';
    return no({ code: 'no-report', message: 'there is no report of an integration', hint });
  }
  const altered = await checkContent(bus, { artifact, commit });
  if (altered) return no(altered);
  const report = await readJson<IntegrationReport>(bus, artifact);
  if (report?.ok !== true) {
    const red = report?.checks.filter(({ ok }) => !ok).map(({ name }) => name) ?? [];
    const message = `the last integration is red: ${red.join(', ')}`;
    return no({ code: 'report-red', message, hint: 'mend it, then comm-node integrate' });
  }
  const moved = differences(report.artifacts, integrated(fold.artifacts));
  if (moved.length > 0) {
    const message = `the report is about other artifacts: ${moved.join('; ')}`;
    return no({ code: 'report-outdated', message, hint: 'comm-node integrate', data: { moved } });
  }
  for (const key of Object.keys(report.artifacts)) {
    const one = fold.artifacts.get(key);
    const { problem } = one
      ? await verify(bus, commit, { artifact: one, commit })
      : { problem: null };
    if (problem) return no(problem);
  }
  return yes({ artifact, report });
}

async function lastDeploy({ bus }: Session, { fold }: View, domain: string) {
  const artifact = fold.artifacts.get(`${domain}/${DEPLOY_NAME}`);
  const report = artifact && (await readJson<DeployReport>(bus, artifact));
  return artifact && report ? { version: artifact.version, report } : undefined;
}

/** Somebody is at it; or was, and was cut off: then it is taken up only if that is said. */
function runningRefusal(
  { state, by, begun }: DeployReport,
  { resume }: Deployment,
  timeoutMs: number,
  now: number,
): Refusal | undefined {
  if (state !== 'running' || resume) return undefined;
  const since = now - (parseTime(begun) ?? now);
  const isOver = since > 2 * timeoutMs;
  return {
    code: 'deploy-running',
    message: `${by} deploys since ${begun} (${formatDuration(since)})`,
    hint: isOver
      ? 'it was cut off: comm-node deploy --resume runs it again'
      : `wait for it; if its process is gone: comm-node deploy --resume`,
    data: { by, begun },
  };
}

async function publishDeploy(
  session: Session,
  report: DeployReport,
  domain: string,
  ifVersion: number,
  ifArtifacts: Readonly<Record<string, string>> | undefined,
): Promise<Outcome<number>> {
  const data = Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
  const note = `Deployment ${report.state}.`;
  const content = { name: DEPLOY_NAME, kind: GATE_KINDS[1], data };
  const outcome = await publishContent(session, content, { domain, note, ifVersion, ifArtifacts });
  return outcome.ok ? yes(outcome.data.artifact.version) : outcome;
}

function failedRefusal(report: DeployReport): Refusal {
  const back = report.state === 'rolled-back' ? ', and was rolled back' : '';
  return {
    code: 'deploy-failed',
    message: `the deployment failed${back}: ${report.output.split('\n')[0] ?? ''}`,
    hint: 'mend it; comm-node deploy tries again behind the same report',
    data: { deploy: report },
  };
}
