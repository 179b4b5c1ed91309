import { join } from 'node:path';
import type { Bus } from '../bus/bus.ts';
import { CommError } from '../errors.ts';
import { readSource } from '../sources/write-source.ts';
import type { Surroundings } from './session.ts';

/**
 * The scope that the `boundaries.toml` at the top of a worktree declares for a domain, as globs from
 * there; undefined where it declares none, and where the domain has a scope already: what was
 * registered once is not changed unasked.
 */
export async function declaredScope(
  { notice }: Surroundings,
  bus: Bus,
  top: string,
  domain: string,
): Promise<readonly string[] | undefined> {
  const { domains } = (await bus.view()).fold;
  if (domains.get(domain)?.scope !== undefined) return undefined;
  const text = readSource(join(top, 'boundaries.toml'));
  if (text === undefined) return undefined;
  const { parseBoundaries } = await import('../boundaries/parse-config.ts');
  try {
    const declared = parseBoundaries(text).domains.find(({ name }) => name === domain);
    return declared?.scope.map(({ glob }) => glob.source);
  } catch (error) {
    if (!(error instanceof CommError)) throw error;
    notice(`no scope was taken from boundaries.toml: ${error.message}`);
    return undefined;
  }
}
