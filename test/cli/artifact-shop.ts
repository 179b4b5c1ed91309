import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type CliResult, runCli } from '../support/cli.ts';
import { createSandbox } from '../support/sandbox.ts';

export const API = 'openapi: 3.0.3\ninfo: {title: Auth, version: "1"}\npaths: {}\n';

/**
 * A backend that publishes and a frontend that consumes, with settings added to the project's.
 * @param scheme `file://` makes both write by pushing, as over a network
 */
export async function openShop(t: TestContext, settings = '', scheme = '') {
  const sandbox = createSandbox(t);
  const { root, env, git } = sandbox;
  const as = (agent: string, args: readonly string[], more: Record<string, string> = {}) =>
    runCli(args, { cwd: join(root, agent), env: { ...env, ...more } });
  await must(runCli(['init', 'hub.git', '--project', 'shop'], { cwd: root, env }));
  const url = `${scheme}${root}/hub.git`;
  for (const [agent, way, kind] of [
    ['backend', '--exports', 'openapi'],
    ['frontend', '--imports', 'openapi'],
  ] as const) {
    sandbox.repository(agent);
    await must(as(agent, ['join', url, '--agent', agent, '--domain', agent, way, kind]));
  }
  const clone = join(root, 'clone');
  git(root, 'clone', '--quiet', 'hub.git', 'clone');
  const write = (file: string, data: string | Uint8Array) => writeFileSync(join(root, file), data);
  /** Commits what was changed by hand in the clone. */
  const push = (what: string) => {
    git(clone, 'commit', '--quiet', '-am', what);
    git(clone, 'push', '--quiet');
  };
  if (settings !== '') {
    appendFileSync(join(clone, 'comm-node.toml'), `\n${settings}`);
    push('Settings');
  }
  write('backend/api.yaml', API);
  const hub = join(root, 'hub.git');
  const publishes = () =>
    git(hub, 'log', '--format=%s', '--grep=^publish: ', 'main').split('\n').filter(Boolean);
  return { ...sandbox, as, clone, write, push, hub, publishes };
}

export async function must(run: Promise<CliResult>): Promise<CliResult> {
  const result = await run;
  if (result.code !== 0) throw new Error(result.stderr);
  return result;
}
