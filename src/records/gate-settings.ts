import * as v from 'valibot';
import type { Project } from './project.ts';
import { artifactRefsField, lineField, repoField } from './schema.ts';
import { durationSetting } from './settings-fields.ts';
import { readTable } from './settings-table.ts';

/** A command line, where it runs, and how long it may take. */
export interface GateCommand {
  readonly name: string;
  readonly run: string;
  /** The repository in whose worktree it runs; undefined: in the folder of whoever integrates. */
  readonly repo: string | undefined;
  readonly timeoutMs: number;
}

/** `[integration]` of comm-node.toml. */
export interface IntegrationSettings {
  /** What must be published, beside what tasks produce. */
  readonly artifacts: readonly string[];
  readonly commands: readonly GateCommand[];
}

/** `[deploy]` of comm-node.toml. */
export interface DeploySettings {
  readonly deploy: GateCommand;
  /** Run when the deployment fails. */
  readonly rollback: GateCommand | undefined;
}

const INTEGRATION = v.strictObject({
  artifacts: v.optional(artifactRefsField, []),
  commands: v.optional(
    v.array(
      v.strictObject({
        name: lineField,
        run: lineField,
        repo: v.exactOptional(repoField),
        timeout: durationSetting('10m'),
      }),
    ),
    [],
  ),
});

const DEPLOY = v.strictObject({
  run: v.exactOptional(lineField),
  rollback: v.exactOptional(lineField),
  repo: v.exactOptional(repoField),
  timeout: durationSetting('10m'),
});

/** @throws ConfigError `project-malformed` */
export function integrationSettings(project: Project | undefined): IntegrationSettings {
  const { artifacts, commands } = readTable(INTEGRATION, project, 'integration');
  return {
    artifacts,
    commands: commands.map(({ timeout, repo, ...one }) => ({ ...one, repo, timeoutMs: timeout })),
  };
}

/** Undefined when nothing is said about deployment. @throws ConfigError `project-malformed` */
export function deploySettings(project: Project | undefined): DeploySettings | undefined {
  const { run, rollback, repo, timeout: timeoutMs } = readTable(DEPLOY, project, 'deploy');
  if (run === undefined) return undefined;
  const where = { repo, timeoutMs };
  return {
    deploy: { name: 'deploy', run, ...where },
    rollback: rollback === undefined ? undefined : { name: 'rollback', run: rollback, ...where },
  };
}
