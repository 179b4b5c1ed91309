import type { TestContext } from 'node:test';
import { type CliResult, type RunOptions, runCli } from '../support/cli.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

/** A coordination repository and the agents backend and frontend, each in a repository of its own. */
export interface Office extends Sandbox {
  /** Runs comm-node in the repository of an agent. */
  as(agent: string, args: readonly string[], options?: RunOptions): Promise<CliResult>;
  /** The same with `--json`: the data, whatever the exit code. */
  data(agent: string, ...args: string[]): Promise<Record<string, unknown>>;
}

/** @param address how the agents name `hub.git`; by default its path */
export async function openOffice(
  t: TestContext,
  address: (path: string) => string = (path) => path,
): Promise<Office> {
  const sandbox = createSandbox(t);
  const { root, env } = sandbox;
  const as: Office['as'] = (agent, args, options = {}) =>
    runCli(args, { cwd: `${root}/${agent}`, env, ...options });
  await must(runCli(['init', 'hub.git', '--project', 'shop'], { cwd: root, env }));
  for (const agent of ['backend', 'frontend']) {
    sandbox.repository(agent);
    const url = address(`${root}/hub.git`);
    await must(as(agent, ['join', url, '--agent', agent, '--domain', `${agent}-code`]));
  }
  return {
    ...sandbox,
    as,
    async data(agent, ...args) {
      return (await as(agent, [...args, '--json'])).json().data;
    },
  };
}

async function must(run: Promise<CliResult>): Promise<void> {
  const { code, stderr } = await run;
  if (code !== 0) throw new Error(stderr);
}
