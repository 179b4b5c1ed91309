import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BIN, runProcess } from './cli.ts';
import { Mask } from './mask.ts';
import type { Sandbox } from './sandbox.ts';

/**
 * A story is a text file. What is not indented is prose. Indented by two blanks:
 *
 *   $ backend: comm-node send frontend "Auth API ready"     run in the agent's own repository
 *   $ git -C hub.git log --oneline                          run in the folder of the whole story
 *   > a line that goes on with the command before it
 *   output, stdout and stderr as they come
 *   [exit 1]                                                unless it is 0
 *
 * Every command is a line for bash.
 */
type Block = { readonly prose: string } | Step;

interface Step {
  readonly agent: string | undefined;
  readonly command: string;
  readonly output: string;
}

/** Runs a story and returns it as it came out: the same text, if all is as told. */
export async function playStory(story: string, sandbox: Sandbox): Promise<string> {
  const mask = new Mask(sandbox.root);
  const env = withProgram(sandbox);
  const played: Block[] = [];
  for (const block of parseStory(story)) {
    if ('prose' in block) played.push(block);
    else played.push({ ...block, output: mask.hide(await play(block, mask, sandbox, env)) });
  }
  return formatStory(played);
}

/** Splits a story into prose and steps. */
export function parseStory(story: string): Block[] {
  const blocks: Block[] = [];
  for (const line of story.trimEnd().split('\n')) {
    const last = blocks.at(-1);
    const command = /^ {2}\$ (?:([a-z][a-z0-9-]*): )?(.*)$/.exec(line);
    const step = last !== undefined && !('prose' in last) ? last : undefined;
    if (command) blocks.push({ agent: command[1], command: command[2] ?? '', output: '' });
    else if (step && line.startsWith('  > ') && step.output === '') {
      blocks.splice(-1, 1, { ...step, command: `${step.command}\n${line.slice(4)}` });
    } else if (step && (line.startsWith('  ') || line === '')) {
      blocks.splice(-1, 1, { ...step, output: `${step.output}${line.slice(2)}\n` });
    } else if (last && 'prose' in last) blocks.splice(-1, 1, { prose: `${last.prose}\n${line}` });
    else blocks.push({ prose: line });
  }
  return blocks;
}

function formatStory(blocks: readonly Block[]): string {
  return `${blocks.map(formatBlock).join('\n\n')}\n`;
}

function formatBlock(block: Block): string {
  if ('prose' in block) return block.prose.trimEnd();
  const speaker = block.agent === undefined ? '' : `${block.agent}: `;
  const command = `  $ ${speaker}${block.command.replaceAll('\n', '\n  > ')}`;
  const output = block.output.trimEnd();
  if (output === '') return command;
  return `${command}\n${output.replace(/^(?=.)/gm, '  ')}`;
}

async function play(step: Step, mask: Mask, sandbox: Sandbox, env: Record<string, string>) {
  const cwd = step.agent === undefined ? sandbox.root : home(step.agent, sandbox);
  const line = `exec 2>&1\n${mask.reveal(step.command)}`;
  const { code, stdout } = await runProcess('bash', ['-c', line], { cwd, env });
  if (code === 0) return stdout;
  return `${stdout}${stdout === '' || stdout.endsWith('\n') ? '' : '\n'}[exit ${code}]`;
}

function home(agent: string, sandbox: Sandbox): string {
  const path = join(sandbox.root, agent);
  return existsSync(path) ? path : sandbox.repository(agent);
}

/** The environment with a `comm-node` on its PATH. */
function withProgram(sandbox: Sandbox): Record<string, string> {
  const program = join(sandbox.folder('home/bin'), 'comm-node');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(program, 0o755);
  const path = [join(sandbox.root, 'home/bin'), sandbox.env['PATH'] ?? ''].join(delimiter);
  return { ...sandbox.env, PATH: path };
}
