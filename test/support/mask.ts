import { readFileSync } from 'node:fs';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

/** Seven letters and digits that an id may end with, and lists show for it. */
const SHORT_ID = /\b(?!MESSAGE\b)[0-9A-HJKMNP-TV-Z]{7}\b/g;

/** Replaces what differs from run to run by names, so that output can be compared. */
export class Mask {
  readonly #root: string;
  readonly #ids: string[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** The same id gets the same number throughout: `<ULID:1>`, and `<ID:1>` for its end. */
  hide(text: string): string {
    return text
      .replaceAll(this.#root, '<SANDBOX>')
      .replaceAll(version, '<VERSION>')
      .replace(/\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g, (id) => `<ULID:${this.#numberOf(id)}>`)
      .replace(SHORT_ID, (id) => `<ID:${this.#numberOf(id)}>`)
      .replace(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z| ?[+-]\d\d:?\d\d)?/g, '<TIME>')
      .replace(/\b\d{4}([/-])\d\d\1\d\d\b/g, '<DATE>')
      .replace(/\b[0-9a-f]{64}\b/g, '<SHA256>')
      .replace(/\b[0-9a-f]{40}\b/g, '<OID>')
      .replace(/\b(?=[a-f]*\d)[0-9a-f]{7,12}\b/g, '<OID>')
      .replace(/\bjust now\b|\b\d+(?:ms|[smhd])(?: \d+(?:ms|[smhd]))? ago\b/g, '<AGE>')
      .replace(/\bin \d+[smhd](?: \d+[smhd])?(?![\w])/g, 'in <SPAN>');
  }

  /** Puts the ids back where a command refers to them. */
  reveal(text: string): string {
    return text.replace(/<(ULID|ID):(\d+)>/g, (name, kind: string, number: string) => {
      const id = this.#ids[Number(number) - 1];
      if (id === undefined || (kind === 'ULID' && id.length === 7)) {
        throw new Error(`no id has been seen yet for ${name}`);
      }
      return kind === 'ULID' ? id : id.slice(-7);
    });
  }

  /** A short id may be seen before or after the whole one. */
  #numberOf(id: string): number {
    const index = this.#ids.findIndex((known) => known.endsWith(id) || id.endsWith(known));
    if (index < 0) return this.#ids.push(id);
    if (id.length === 26) this.#ids[index] = id;
    return index + 1;
  }
}
