import type { View } from '../bus/view.ts';
import { type Artifact, pinOf } from '../records/artifact.ts';
import {
  differences,
  GATE_KINDS,
  type IntegrationReport,
  integrated,
  REPORT_NAME,
} from '../records/integration-report.ts';
import { checkContent, readJson, verify } from './artifact-content.ts';
import { no, type Outcome, yes } from './outcome.ts';
import type { Session } from './session.ts';

/** The green report that a deployment stands behind. */
export interface Gate {
  readonly artifact: Artifact;
  readonly report: IntegrationReport;
  /** What it is about, a line each: `domain/name@version`, a blank, the hash. */
  readonly integrated: string;
}

/** The newest report, if it is green, unaltered, and about exactly what is published now. */
export async function openGate(
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
  let lines = '';
  for (const key of Object.keys(report.artifacts)) {
    const one = fold.artifacts.get(key);
    if (!one) continue;
    const { problem } = await verify(bus, commit, { artifact: one, commit });
    if (problem) return no(problem);
    lines += `${pinOf(one)} ${one.sha256}\n`;
  }
  return yes({ artifact, report, integrated: lines });
}
