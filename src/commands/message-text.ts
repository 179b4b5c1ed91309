import { UsageError } from '../errors.ts';
import type { Context } from './context.ts';

/** Where the text of a message comes from, for the details of help. */
export const TEXT_SOURCES =
  'The text is the words given; "-" (or no words, when input is piped) takes it from standard input, --file from a file.';

/**
 * The text of a message: the words, a file, or standard input.
 * @throws UsageError when there is none, or more than one
 */
export async function messageText(
  context: Context,
  words: readonly string[],
  file: string | undefined,
): Promise<string> {
  if (file !== undefined && words.length > 0) {
    throw new UsageError('the text is given twice: as words and with --file', {
      hint: `take "${words.join(' ').slice(0, 40)}" or --file away`,
    });
  }
  const text = await source(context, words, file);
  if (text.trim() !== '') return text;
  throw new UsageError('there is nothing to say: the text is empty', {
    hint: 'write it after the recipient, in quotes; or use --file FILE, or pipe it in',
  });
}

async function source(
  context: Context,
  words: readonly string[],
  file: string | undefined,
): Promise<string> {
  if (file !== undefined) return (await context.readFile(file)).trimEnd();
  const piped = words.length === 0 && !context.stdin.isTTY;
  if (!piped && !(words.length === 1 && words[0] === '-')) return words.join(' ');
  context.progress('reading the text from standard input');
  return (await context.stdin.read()).trimEnd();
}
