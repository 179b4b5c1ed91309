import { UsageError } from '../errors.ts';
import { namesIn } from './message-options.ts';

/**
 * Who gets it and what is left as text: with `--to`, the first word is text too.
 * @throws UsageError when nobody is named
 */
export function recipientsOf(
  verb: string,
  { to, recipients }: { readonly to: readonly string[]; readonly recipients: string | undefined },
  text: readonly string[],
): { readonly to: string[]; readonly words: readonly string[] } {
  const named = to.length > 0;
  const names = namesIn(named ? to : [recipients ?? '']);
  if (names.length === 0) {
    throw new UsageError(`${verb} needs to know to whom`, {
      hint: `comm-node ${verb} NAME TEXT: an agent, a domain, all, or human; comm-node status lists them`,
    });
  }
  const words = named && recipients !== undefined ? [recipients, ...text] : text;
  return { to: names, words };
}
