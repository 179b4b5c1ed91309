import * as v from 'valibot';
import { formatAgent } from './agent-file.ts';
import { HUMAN } from './names.ts';
import { agentPath, PROJECT_PATH } from './paths.ts';
import { newProjectText } from './project-text.ts';
import { protocolText } from './protocol.ts';
import { readmeText } from './readme.ts';
import type { Decision, Request } from './request.ts';
import { projectRefusal } from './roster.ts';
import { checkPayload, projectField } from './schema.ts';
import type { State } from './state.ts';

const PAYLOAD = v.object({ project: projectField });

const NOT_EMPTY = {
  code: 'not-empty',
  message: 'that repository has a history of its own, and is no coordination repository',
  hint: 'comm-node init PATH with an unused PATH, or the URL of an empty repository',
};

/**
 * Begins a project: settings, protocol, the person in charge, a README for those who browse.
 * Payload {project}. Unneeded if there is a project already. Result {project}.
 */
export function decideInit(state: State, request: Request): Decision {
  if (state.project !== undefined) return { unneeded: { project: state.project.name } };
  if (state.commit !== undefined && state.projectText === '') return { refused: NOT_EMPTY };
  const refusal = projectRefusal(state);
  if (refusal?.code === 'project-malformed') return { refused: refusal };
  const checked = checkPayload(PAYLOAD, 'init', request.payload);
  if ('refused' in checked) return checked;
  const { project } = checked.payload;
  const files = new Map([
    [PROJECT_PATH, newProjectText(project)],
    ['PROTOCOL.md', protocolText(project)],
    ['README.md', readmeText(project)],
    // Records are compared and hashed by their bytes: no machine may change line ends.
    ['.gitattributes', '* -text\n'],
  ]);
  if (!state.agents.has(HUMAN)) files.set(agentPath(HUMAN), human(request.at));
  return { granted: { files, subject: `init: ${project}`, record: project, result: { project } } };
}

function human(joined: string): string {
  return formatAgent({ name: HUMAN, role: 'the person in charge', joined, extra: {}, body: '' });
}
