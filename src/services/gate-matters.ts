import type { Bus } from '../bus/bus.ts';
import type { View } from '../bus/view.ts';
import { type Artifact, pinOf } from '../records/artifact.ts';
import {
  DEPLOY_NAME,
  type DeployReport,
  GATE_KINDS,
  type IntegrationReport,
  REPORT_NAME,
} from '../records/integration-report.ts';
import { kickoffsIn, objectionTo } from '../records/kickoff.ts';
import { readJson } from './artifact-content.ts';
import type { Matter } from './attention-matters.ts';

/** Kickoffs that somebody objects to: nothing starts until the human has decided. */
export function kickoffMatters({ fold }: Pick<View, 'fold'>): Matter[] {
  const questions = [...fold.questions.values()];
  return kickoffsIn(fold.live).flatMap((kickoff): Matter[] => {
    const { name, objected, opened, started } = kickoff;
    if (started !== undefined || objected.length === 0) return [];
    const told = objected.map((agent) => {
      const own = questions.filter(({ from }) => from === agent);
      const why = own.map((one) => objectionTo(kickoff, one)).findLast(Boolean);
      return why === undefined ? agent : `${agent} ("${why}")`;
    });
    const verb = objected.length === 1 ? 'objects' : 'object';
    return [
      {
        kind: 'kickoff',
        urgency: 1,
        since: opened,
        what: `${told.join(', ')} ${verb} to ${name}, and nothing starts; all of it: comm-node search ${name}`,
        command: `comm-node kickoff start ${name} --force --agent human`,
      },
    ];
  });
}

/** The newest report of an integration, if it is red. */
export async function integrationMatters(bus: Bus, view: View): Promise<Matter[]> {
  const artifact = newest(view, REPORT_NAME, GATE_KINDS[0]);
  const report = artifact && (await readJson<IntegrationReport>(bus, artifact));
  if (artifact === undefined || report?.ok !== false) return [];
  const red = (report.checks ?? []).filter(({ ok }) => !ok);
  const [first] = red[0]?.details ?? [];
  const names = red.map(({ name }) => name).join(', ');
  return [
    {
      kind: 'integration',
      urgency: 2,
      since: artifact.published,
      what: `integration is red: ${names}${first === undefined ? '' : ` (${first})`}; all of it: comm-node artifact get ${pinOf(artifact)}`,
      command: 'comm-node integrate',
    },
  ];
}

/** The newest deployment, if it failed. */
export async function deployMatters(bus: Bus, view: View): Promise<Matter[]> {
  const artifact = newest(view, DEPLOY_NAME, GATE_KINDS[1]);
  const report = artifact && (await readJson<DeployReport>(bus, artifact));
  const state = report?.state;
  if (artifact === undefined || (state !== 'failed' && state !== 'rolled-back')) return [];
  const how = state === 'failed' ? 'has failed' : 'has failed and was rolled back';
  return [
    {
      kind: 'integration',
      urgency: 1,
      since: artifact.published,
      what: `the deployment ${how}; what it printed: comm-node artifact get ${pinOf(artifact)}`,
      command: 'comm-node integrate && comm-node deploy',
    },
  ];
}

function newest({ fold }: View, name: string, kind: string): Artifact | undefined {
  return [...fold.artifacts.values()]
    .filter((one) => one.name === name && one.kind === kind && one.withdrawn === undefined)
    .sort((a, b) => (a.published < b.published ? 1 : -1))[0];
}
