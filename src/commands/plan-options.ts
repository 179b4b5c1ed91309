import type { PlanSource } from '../services/planning.ts';
import type { Context } from './context.ts';

/** The file of a plan. */
export const PLAN_FILE = {
  name: 'file',
  summary: 'The plan: Markdown or JSON; - reads standard input',
  required: true,
} as const;

/** Values of a template's parameters. */
export const SET_OPTION = {
  type: 'texts',
  placeholder: 'NAME=VALUE',
  summary: 'The value of a parameter; may be repeated',
} as const;

/** Reads the plan that was named. */
export async function planSource(
  context: Context,
  file: string,
  set: readonly string[],
): Promise<PlanSource> {
  const text = file === '-' ? await context.stdin.read() : await context.readFile(file);
  return { file: file === '-' ? 'standard input' : file, text, set };
}
