import type { Artifact } from './artifact.ts';

/** The kinds of what the gates publish: they are no part of what is integrated. */
export const GATE_KINDS = ['integration-report', 'deploy-report'] as const;

/** The name of the report of an integration. */
export const REPORT_NAME = 'integration-report.json';
/** The name of the report of a deployment. */
export const DEPLOY_NAME = 'deploy-report.json';

/** One thing that was looked at. */
export interface GateCheck {
  /** `tasks`, `artifacts`, `boundaries`, or the name of a command. */
  readonly name: string;
  readonly ok: boolean;
  /** What was found, a line each. */
  readonly details: readonly string[];
}

/** What an integration found, and for which artifacts that holds. */
export interface IntegrationReport {
  readonly schema: 1;
  readonly ok: boolean;
  readonly by: string;
  readonly at: string;
  readonly plan: string | null;
  readonly checks: readonly GateCheck[];
  /** `domain/name` → hash: exactly these. */
  readonly artifacts: Readonly<Record<string, string>>;
  /** The repositories that were looked at, at which commit. */
  readonly repositories: Readonly<Record<string, string>>;
}

/** What became of a deployment. */
export interface DeployReport {
  readonly schema: 1;
  /** A ULID; the command is told as COMM_NODE_DEPLOY_ID, again when it is resumed. */
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed' | 'rolled-back';
  readonly by: string;
  readonly begun: string;
  readonly ended: string | null;
  /** The hash of the report that it stands behind. */
  readonly report: string;
  /** What that report is about; reports of older versions do not say. */
  readonly artifacts?: IntegrationReport['artifacts'];
  readonly repositories?: IntegrationReport['repositories'];
  /** What the command printed at its end. */
  readonly output: string;
}

/** What is integrated: the hashes of all artifacts that are published, but for the gates' own. */
export function integrated(artifacts: ReadonlyMap<string, Artifact>): Record<string, string> {
  const hashes: Record<string, string> = {};
  for (const key of [...artifacts.keys()].sort()) {
    const artifact = artifacts.get(key);
    if (!artifact || artifact.withdrawn !== undefined) continue;
    if (GATE_KINDS.some((kind) => kind === artifact.kind)) continue;
    hashes[key] = artifact.sha256;
  }
  return hashes;
}

/**
 * Whether a deployment did what a report asks for: it was done behind that report, or behind another
 * about the same artifacts and the same commits.
 */
export function didDeploy(
  deploy: DeployReport,
  sha256: string,
  { artifacts, repositories }: Pick<IntegrationReport, 'artifacts' | 'repositories'>,
): boolean {
  if (deploy.state !== 'done') return false;
  if (deploy.report === sha256) return true;
  if (deploy.artifacts === undefined || deploy.repositories === undefined) return false;
  const moved = differences(deploy.artifacts, artifacts);
  return moved.length === 0 && differences(deploy.repositories, repositories).length === 0;
}

/** How two such lists differ, a line each. */
export function differences(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return keys
    .filter((key) => before[key] !== now[key])
    .map((key) => {
      if (before[key] === undefined) return `${key} is new`;
      if (now[key] === undefined) return `${key} is gone`;
      return `${key} was ${before[key]} and is ${now[key]}`;
    });
}
