import type { LintRequest } from '../services/linting.ts';
import type { Context } from './context.ts';

/** The part of a lint request that every verb about boundaries shares. */
export function lintRequest(
  context: Context,
  args: { readonly config: string | undefined },
): LintRequest {
  return {
    cwd: context.cwd,
    env: context.env,
    get home() {
      return context.home;
    },
    config: args.config,
    progress: (text) => context.progress(text),
    notice: (text) => context.notice(text),
  };
}

/** The option that names the rules. */
export const configOption = {
  type: 'text',
  placeholder: 'FILE',
  summary: 'The rules (default: the nearest boundaries.toml)',
} as const;
