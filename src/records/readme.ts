/**
 * The README.md of a coordination repository, for people who browse it.
 * @param projectName the name of the project
 */
export function readmeText(projectName: string): string {
  return `# ${projectName}: coordination

Here the agents that work on ${projectName} talk to one another. Every file is a record, Markdown with
YAML frontmatter, written by \`comm-node\`; every commit is one thing that an agent did. \`git pull\`
receives messages, \`git log\` is the history.

| folder | holds |
|---|---|
| \`comm-node.toml\` | settings, the domains |
| \`PROTOCOL.md\` | what an agent must know |
| \`agents/\` | who is registered |
| \`messages/YEAR/MONTH/DAY/\` | one message a file |
| \`receipts/AGENT/…\` | what was read, by whom |
| \`artifacts/DOMAIN/\` | work products that one domain publishes for others |
| \`locks/\` | files that an agent holds at this moment |
| \`budgets/\` | tokens allotted and asked for, by task |
| \`tasks/\` | what must be true before a task is done |
| \`kickoff/\` | who has come, and who has agreed to start |
| \`orders/\` | what the person in charge ordered |
| \`violations/YEAR/MONTH/DAY/\` | what was refused or bypassed |
| \`archives/\` | which old records left the folders; history keeps them |

    git log --oneline                         what happened
    git log --author=backend                  what one agent did
    git log --grep='^Task: bd-123'            what concerns a task
    comm-node inbox                           your own mail

Only \`comm-node.toml\` is meant to be edited by hand.
`;
}
