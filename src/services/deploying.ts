import type { View } from '../bus/view.ts';
import { faultPoint } from '../programs/fault-point.ts';
import { type Artifact, artifactKey } from '../records/artifact.ts';
import { type DeploySettings, deploySettings } from '../records/gate-settings.ts';
import {
  DEPLOY_NAME,
  type DeployReport,
  didDeploy,
  GATE_KINDS,
} from '../records/integration-report.ts';
import { HUMAN } from '../records/names.ts';
import type { Refusal } from '../records/request.ts';
import { formatDuration, formatTime, parseTime } from '../records/time.ts';
import { readJson } from './artifact-content.ts';
import { type Gate, openGate } from './deploy-gate.ts';
import { type Announce, type Given, reachable, runGate } from './gate-run.ts';
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
  /** Deploy what was deployed before. */
  readonly again: boolean;
}

/** What came of it. */
export interface Deployed {
  readonly deploy: DeployReport;
  /** It had been done before, for the same artifacts and commits. */
  readonly repeated: boolean;
}

/** A report of a deployment, as it is published. */
interface Known {
  readonly artifact: Artifact;
  readonly report: DeployReport;
}

/**
 * Runs the deployment command, behind a green report for exactly what is published now, once for
 * the same artifacts and commits, unless it is asked for again. Whoever publishes "running" first has it to itself. If the command fails, that of
 * rollback runs. Refused: `no-deploy`, `no-report`, `report-red`, `report-outdated`,
 * `artifact-altered`, `deploy-running`, `deploy-failed`.
 */
export async function deploy(session: Session, deployment: Deployment): Promise<Outcome<Deployed>> {
  const { bus, place } = session;
  if (bus.hub.lane === 'push') await bus.receive();
  const view = await bus.view();
  const settings = deploySettings(projectOf(view));
  if (settings === undefined) return no(NO_DEPLOY);
  const gate = await openGate(session, view, deployment.domain);
  if (!gate.ok) return gate;
  const { artifact, report } = gate.data;
  const { domain, sha256 } = artifact;
  const known = await knownDeploys(session, view);
  const last = known.find(({ artifact }) => artifact.domain === domain);
  if (last && !deployment.again && didDeploy(last.report, sha256, report)) {
    return yes({ deploy: last.report, repeated: true });
  }
  const running = runningRefusal(session, known, last, deployment, settings.deploy.timeoutMs);
  if (running) return no(running);
  const begun = beginning(session, gate.data, last);
  const mine = await claimDeploy(session, begun, gate.data, view);
  // Somebody was faster: what it does, or has done, is the answer. It is not taken over.
  if (!mine.ok && LOST.includes(mine.refusal.code)) {
    return deploy(session, { ...deployment, resume: false, again: false });
  }
  if (!mine.ok) return mine;
  faultPoint('deploy:begun');
  const { state, output } = await carryOut(session, settings, deployment, {
    env: { COMM_NODE_DEPLOY_ID: begun.id },
    input: gate.data.integrated,
  });
  faultPoint('deploy:ran');
  const final: DeployReport = { ...begun, state, ended: formatTime(place.now()), output };
  const about = { domain, ifVersion: mine.data };
  const told = await publishDeploy(session, final, about);
  if (!told.ok) return told;
  return state === 'done' ? yes({ deploy: final, repeated: false }) : no(failedRefusal(final));
}

/** What tells that a report of a deployment was published meanwhile. */
const LOST: readonly string[] = ['version-moved', 'artifacts-moved'];

const NEVER = new AbortController().signal;

const NO_DEPLOY: Refusal = {
  code: 'no-deploy',
  message: 'comm-node.toml does not say how to deploy',
  hint: 'add [deploy] with run = "./deploy.sh", and rollback = "…" if there is one; commit and push',
};

/** The report as it stands while the command runs. What is resumed keeps its id. */
function beginning(
  { agent, place }: Session,
  { artifact: { sha256 }, report: { artifacts, repositories } }: Gate,
  last: Known | undefined,
): DeployReport {
  const isResumed = last?.report.state === 'running' && last.report.report === sha256;
  return {
    schema: 1,
    id: isResumed ? last.report.id : place.ids(),
    state: 'running',
    by: agent,
    begun: formatTime(place.now()),
    ended: null,
    report: sha256,
    artifacts,
    repositories,
    output: '',
  };
}

/**
 * Publishes "running", unless a deployment, the report or an artifact has changed since it was read,
 * or another domain has begun its first deployment.
 */
function claimDeploy(
  session: Session,
  begun: DeployReport,
  { artifact, report }: Gate,
  { fold }: View,
): Promise<Outcome<number>> {
  const { domain } = artifact;
  const own = `${domain}/${DEPLOY_NAME}`;
  const ifAlone = GATE_KINDS[1];
  const ifArtifacts = { ...report.artifacts, [artifactKey(artifact)]: artifact.sha256 };
  for (const [key, { kind, sha256 }] of fold.artifacts) {
    if (kind === ifAlone && key !== own) ifArtifacts[key] = sha256;
  }
  const ifVersion = fold.artifacts.get(own)?.version ?? 0;
  return publishDeploy(session, begun, { domain, ifVersion, ifArtifacts, ifAlone });
}

/** Runs the command, and that of rollback if it fails. */
async function carryOut(
  session: Session,
  { deploy: command, rollback }: DeploySettings,
  deployment: Deployment,
  given: Given,
): Promise<Pick<DeployReport, 'state' | 'output'>> {
  const places = await reachable(session, deployment.repos);
  const done = await runGate(session, command, places, deployment, given);
  if (done.ok) return { state: 'done', output: done.details.join('\n') };
  if (!rollback) return { state: 'failed', output: done.details.join('\n') };
  // Whoever stops a deployment wants it undone all the more.
  const back = await runGate(session, rollback, places, { ...deployment, signal: NEVER }, given);
  const output = [...done.details, 'rollback:', ...back.details].join('\n');
  return { state: back.ok ? 'rolled-back' : 'failed', output };
}

/** The newest report of each domain that has deployed. */
async function knownDeploys({ bus }: Session, { fold }: View): Promise<Known[]> {
  const known: Known[] = [];
  for (const artifact of fold.artifacts.values()) {
    if (artifact.name !== DEPLOY_NAME || artifact.kind !== GATE_KINDS[1]) continue;
    const report = await readJson<DeployReport>(bus, artifact);
    if (report) known.push({ artifact, report });
  }
  return known;
}

/**
 * Somebody is at it; or was, and was cut off. Whether its process is gone is known to whoever began,
 * and to the human; to others only when command and rollback must have ended.
 */
function runningRefusal(
  { agent, place }: Session,
  known: readonly Known[],
  own: Known | undefined,
  { resume }: Deployment,
  timeoutMs: number,
): Refusal | undefined {
  for (const one of known) {
    const { state, by, begun } = one.report;
    if (state !== 'running') continue;
    const since = place.now() - (parseTime(begun) ?? place.now());
    const isOver = since > 2 * timeoutMs;
    if (one !== own && isOver) continue;
    const mayResume = by === agent || agent === HUMAN || isOver;
    if (one === own && resume && mayResume) continue;
    const rest = formatDuration(Math.max(1000, 2 * timeoutMs - since));
    const hint = mayResume
      ? 'if its process is gone: comm-node deploy --resume runs it again'
      : `wait for it; only ${by} and the human can resume it before ${rest} have passed`;
    const message = `${by} deploys since ${begun} (${formatDuration(since)})`;
    return { code: 'deploy-running', message, hint, data: { by, begun } };
  }
  return undefined;
}

async function publishDeploy(
  session: Session,
  report: DeployReport,
  about: {
    readonly domain: string;
    readonly ifVersion: number;
    readonly ifArtifacts?: Readonly<Record<string, string>>;
    readonly ifAlone?: string;
  },
): Promise<Outcome<number>> {
  const data = Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
  const note = `Deployment ${report.state}.`;
  const content = { name: DEPLOY_NAME, kind: GATE_KINDS[1], data };
  const outcome = await publishContent(session, content, { ...about, note });
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
