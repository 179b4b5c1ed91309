import type { Agent } from './agent.ts';
import type { Domain } from './project.ts';
import { isHere } from './roster.ts';
import { estimateTokens } from './tokens.ts';
import { oneLine } from './visible.ts';

/** What the pages for agents are made from. */
export interface RulesSource {
  readonly project: string;
  readonly domains: ReadonlyMap<string, Domain>;
  readonly agents: ReadonlyMap<string, Agent>;
  /** What locks call the repository that the page is for. */
  readonly repo: string;
}

/** Agents pay for the list of domains in every session: what does not fit is left to `status`. In estimated tokens. */
const LIST_TOKENS = 80;
const LINE = 110;

/**
 * What an agent must know here, short: every session pays for it. It names nobody as "you": the
 * page is shared by all who work in the repository.
 */
export function agentRules(source: RulesSource): string {
  return `# Several agents work here at once (comm-node, project ${source.project})

Who you are is told at the start of a session, and by \`comm-node status\`. Change only files of your own domain; hooks refuse the rest at the edit, the commit and the push, and say whose it is. A refusal is not to be worked around: ask, wait, or take other work.

${domainLines(source).join('\n')}

\`\`\`
comm-node inbox                            unread mail, most pressing first
comm-node read ID                          one message, whole
comm-node send WHO "TEXT"                  WHO: an agent, a domain, all, human
comm-node ask WHO "QUESTION" --wait 10m    a question, and its answer
comm-node answer ID "TEXT"                 comm-node ack ID: read and understood
comm-node lock 'src/a/**' --why "REASON"   before you change what others may touch
comm-node unlock                           when you are done; renew: when you need longer
comm-node check PATH                       may I change it? else whose is it
comm-node locks                            who holds what, until when
comm-node status                           everybody, at a glance
\`\`\`

A signal costs 10 to 25 tokens: \`comm-node signal '✓bd-12 backend→frontend [!] 📄api.yaml →integrate'\`. ✓ done ⚠ blocked ⏳ in progress ❌ failed · [!] high [~] medium [-] low · A→B · 📄 artifact · →do-this. Three sentences are enough for most else.
`;
}

/** The same for agents that read AGENTS.md: they have no hooks in their tools, so the rules must say more. */
export function agentsBlock(source: RulesSource): string {
  return `${agentRules(source)}
Say who you are with \`COMM_NODE_AGENT\` or \`--agent\` if \`comm-node status\` does not know. Look into \`comm-node inbox\` before you begin, between steps and before you end; \`comm-node check PATH\` before you change a file.
`;
}

function domainLines({ domains, agents, repo }: RulesSource): string[] {
  const here = [...domains].filter(
    ([, domain]) => domain.repo === undefined || domain.repo === repo,
  );
  const workers = [...agents.values()].filter(isHere);
  const lines: string[] = [];
  let spent = 0;
  for (const [name, { scope }] of here) {
    const own = workers.filter(({ domain }) => domain === name).map(({ name: who }) => who);
    const what = scope === undefined ? 'all that no other domain claims' : scope.join(', ');
    const who = own.length > 0 ? own.join(', ') : 'nobody now';
    const line = oneLine(`- ${name} (${who}): ${what}`, LINE);
    spent += estimateTokens(line);
    if (spent > LIST_TOKENS) break;
    lines.push(line);
  }
  const more = here.length - lines.length;
  if (more > 0) lines.push(`- and ${more} more: comm-node status`);
  return lines.length > 0 ? lines : ['- no domain is registered yet'];
}
