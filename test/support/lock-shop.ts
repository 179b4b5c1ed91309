import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAddress } from '../../src/bus/address.ts';
import { createCoordination } from '../../src/bus/create.ts';
import { openDesk } from '../bus/setting.ts';
import type { Contestant } from './lock-contest.ts';
import type { Sandbox } from './sandbox.ts';
import { serveSsh, whyNoSsh } from './ssh-server.ts';

/** Globs that overlap in many ways, and a few that do not. */
export const GLOBS = [
  'src/**',
  'src/core/*.ts',
  'src/core/a*',
  '**/*.md',
  'docs/**',
  'docs/{a,b}.md',
  'package.json',
  'src/web/*',
];

/**
 * A coordination repository whose agents all own all of one repository, and whose clocks differ
 * by little: they are on one machine.
 */
export async function foundShop(
  sandbox: Sandbox,
  agents: readonly string[],
  name = 'coordination',
): Promise<string> {
  const path = join(sandbox.root, `${name}.git`);
  await createCoordination(parseAddress(path, '/'));
  const desk = await openDesk(path, join(sandbox.root, 'founder'));
  await desk.ask('human', 'init', { project: 'shop' });
  for (const agent of agents) await desk.ask(agent, 'join', { domain: 'all-of-it', repo: 'shop' });
  desk.bus.close();
  const clone = join(sandbox.root, `${name}-settings`);
  sandbox.git(sandbox.root, 'clone', '--quiet', path, clone);
  sandbox.git(clone, 'config', 'user.name', 'human');
  const toml = join(clone, 'comm-node.toml');

  writeFileSync(toml, readFileSync(toml, 'utf8').replace('"30s"', '"200ms"'));
  sandbox.git(clone, 'commit', '--quiet', '--all', '--message', 'Clocks of one machine');
  sandbox.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
  return path;
}

/** How 16 agents reach one repository: the hub in place, a mirror for four, two for two each, and ssh. */
export interface Roads {
  readonly contestants: Pick<Contestant, 'agent' | 'url' | 'home'>[];
  envOf(contestant: Contestant): Readonly<Record<string, string>>;
  /** Why ssh was left out, if it was. */
  readonly without: string | undefined;
  close(): void;
}

export async function openRoads(
  sandbox: Sandbox,
  path: string,
  agents: readonly string[],
): Promise<Roads> {
  const without = whyNoSsh();
  const ssh =
    without === undefined
      ? await serveSsh(join(sandbox.root, 'ssh'), {
          GIT_CONFIG_GLOBAL: sandbox.env['GIT_CONFIG_GLOBAL'] ?? '',
        })
      : undefined;
  const far = ssh?.url(path) ?? `file://${path}`;
  const roads = [
    { url: path, home: 'path', count: 4 },
    { url: `file://${path}`, home: 'shared', count: 4 },
    { url: `file://${path}`, home: 'one', count: 2 },
    { url: `file://${path}`, home: 'two', count: 2 },
    { url: far, home: 'far', count: 4 },
  ];
  const places = roads.flatMap(({ url, home, count }) =>
    Array.from({ length: count }, () => ({ url, home: join(sandbox.root, home) })),
  );
  return {
    contestants: agents.map((agent, at) => ({
      agent,
      ...(places[at % places.length] ?? { url: path, home: sandbox.root }),
    })),
    envOf: ({ url }) => ({ ...sandbox.env, ...(url === far ? ssh?.env : {}) }),
    without,
    close: () => ssh?.close(),
  };
}
