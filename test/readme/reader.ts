import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { BIN, runProcess } from '../support/cli.ts';
import { Mask } from '../support/mask.ts';
import { makeSandbox, type Sandbox } from '../support/sandbox.ts';
import type { Example } from './page.ts';

/** What stands in README for the folder that the reader begins in. */
const HOME = '/home/you';

/**
 * Somebody who follows a page at one machine: types each block into a shell as
 * it stands, and compares what comes with what the page shows. The ids of the
 * page stand for those that really came.
 */
export class Reader {
  readonly sandbox: Sandbox;
  readonly #env: Record<string, string>;
  readonly #masks: { page: Mask; real: Mask };

  /** @param masks shared by those who read the same page together */
  constructor(sandbox: Sandbox, masks: { page: Mask; real: Mask }) {
    this.sandbox = sandbox;
    this.#env = withProgram(sandbox);
    this.#masks = masks;
    writeFileSync(this.#cwdFile, this.sandbox.root);
  }

  /** Sets a variable of the shell. */
  export(variables: Readonly<Record<string, string>>): void {
    Object.assign(this.#env, variables);
  }

  /** @param tidy changes what comes, where the machine differs from the page's */
  async follow({ script, output }: Example, tidy = (text: string) => text): Promise<void> {
    const { page, real } = this.#masks;
    const line = real.reveal(page.hide(script.text));
    const cwd = readFileSync(this.#cwdFile, 'utf8').trim();
    const shell = `exec 2>&1\nset -e\n${line}\npwd > '${this.#cwdFile}'\n`;
    const ran = await runProcess('bash', ['-c', shell], { cwd, env: this.#env });
    const came = real.hide(tidy(ran.stdout));
    assert.equal(ran.code, 0, `README.md:${script.line}: ${line}\n${ran.stdout}`);
    if (output) assert.equal(trimmed(came), trimmed(page.hide(output.text)), `:${output.line}`);
  }

  get #cwdFile(): string {
    return join(this.sandbox.root, 'home', 'cwd');
  }
}

/** The masks of a page that is read below `root`. */
export function masksFor(root: string): { page: Mask; real: Mask } {
  return { page: new Mask(HOME), real: new Mask(root) };
}

/** A machine whose paths need no quotes, as most have. */
export function machine(t: TestContext, name: string): Sandbox {
  const base = mkdtempSync(join(tmpdir(), 'comm-node-readme-'));
  t.after(() => rmSync(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  const root = join(base, name);
  mkdirSync(root);
  return makeSandbox(root);
}

/** The environment with a `comm-node` on its PATH. */
function withProgram(sandbox: Sandbox): Record<string, string> {
  const bin = sandbox.folder('home/bin');
  const program = join(bin, 'comm-node');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(program, 0o755);
  return { ...sandbox.env, PATH: [bin, sandbox.env['PATH'] ?? ''].join(delimiter) };
}

/** What differs with the speed of the machine is the same. */
function trimmed(text: string): string {
  const seen = text.replaceAll('as of now', 'as of <AGE>');
  return seen.replace(/[^\S\n]+$/gm, '').trimEnd();
}
