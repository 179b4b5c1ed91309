/** The hooks that comm-node has in a repository with a working tree. */
export const GIT_HOOKS = [
  'pre-commit',
  'pre-merge-commit',
  'prepare-commit-msg',
  'post-commit',
  'pre-push',
] as const;

/** The hooks that it has in a bare domain repository. */
export const SERVER_HOOKS = ['pre-receive'] as const;

export type GitHookName = (typeof GIT_HOOKS)[number] | (typeof SERVER_HOOKS)[number];

/** Hooks that Git hands something on standard input. */
const FED: readonly string[] = ['pre-push', 'pre-receive'];

/** Whether Git hands this hook something on standard input, which a hook after ours must find again. */
export function isFed(hook: string): boolean {
  return FED.includes(hook);
}

/**
 * The hooks of the client that Git knows (githooks(5), Git 2.39), for whoever stands in for a folder
 * of them; without `reference-transaction` and `post-index-change`, which run at every turn.
 */
export const CLIENT_HOOKS = [
  'applypatch-msg',
  'pre-applypatch',
  'post-applypatch',
  'pre-commit',
  'pre-merge-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'pre-rebase',
  'post-checkout',
  'post-merge',
  'pre-push',
  'pre-auto-gc',
  'post-rewrite',
  'sendemail-validate',
] as const;

/** Stood in for only where somebody has one: Git runs them at every turn. */
export const BUSY_HOOKS = ['reference-transaction', 'post-index-change'] as const;
