import { gitVersion } from '../bus/condition.ts';
import { findRepository, readWorkplace } from '../bus/workplace.ts';
import { type Check, fail, failed, pass, warn } from './check.ts';
import type { Surroundings } from './session.ts';

const NODE = '20.19';
const GIT = '2.30';
const JOIN = 'comm-node join URL --agent NAME --domain NAME';

/** What must be right before any coordination repository is looked at. */
export async function checkPlace(place: Surroundings): Promise<Check[]> {
  return [checkNode(process.versions.node), await checkGit(), await checkIdentity(place)];
}

function checkNode(version: string): Check {
  return isAtLeast(version, NODE)
    ? pass('node', version)
    : fail('node', `${version} is older than ${NODE}`, `install Node.js ${NODE} or newer`);
}

async function checkGit(): Promise<Check> {
  try {
    const version = await gitVersion();
    return isAtLeast(version, GIT)
      ? pass('git', version)
      : fail('git', `${version} is older than ${GIT}`, `install Git ${GIT} or newer`);
  } catch (error) {
    return failed('git', error);
  }
}

/** Who works here: each worktree has an agent of its own, a new linked one has none yet. */
async function checkIdentity(place: Surroundings): Promise<Check> {
  try {
    const agent = (await readWorkplace(place.cwd))?.agent;
    const found = await findRepository(place.cwd);
    if (place.agent !== undefined) {
      const also = agent && agent !== place.agent ? ` (this worktree joined as ${agent})` : '';
      return pass('identity', `${place.agent}, as told by --agent or COMM_NODE_AGENT${also}`);
    }
    if (!found) return warn('identity', 'this is no Git repository: nobody works here', JOIN);
    if (agent !== undefined) return pass('identity', `${agent}, of the worktree ${found.topLevel}`);
    return found.isLinked
      ? warn('identity', 'this linked worktree has no agent; it inherits none', JOIN)
      : warn('identity', 'no agent has joined in this worktree', JOIN);
  } catch (error) {
    return failed('identity', error);
  }
}

function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number));
  const [major = 0, minor = 0] = a ?? [];
  const [leastMajor = 0, leastMinor = 0] = b ?? [];
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
