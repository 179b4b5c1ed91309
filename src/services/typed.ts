const PLAIN = /^[\w@%+=:,./~-]+$/;

/** The words of a command as a person types them into a shell: quoted where they must be. */
export function typed(words: readonly string[]): string {
  return words.map(word).join(' ');
}

/** The value of a long option is quoted alone: `--grep='^Task: '`. */
function word(text: string): string {
  const [, option = '', value = text] = /^(--[a-z-]+=)([\s\S]*)$/.exec(text) ?? [];
  return option + quoted(value);
}

function quoted(text: string): string {
  if (PLAIN.test(text)) return text;
  if (!/["\\$`!%]/.test(text)) return `"${text}"`;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
