import type { LiveRecord } from '../records/live-record.ts';

/**
 * The records of one room as a file of the index: a line each, `path<TAB>[fields, body]`, in ASCII.
 * The first lines are sorted by path, so that one record is found without a look at all of them;
 * what has changed since they were written follows in the order of its coming, and the later line
 * counts. A record that is gone has `null`.
 */
export class RoomFile {
  readonly #text: string;
  readonly #sorted: number;
  readonly #damaged: () => Error;
  #later: Map<string, string> | undefined;
  /** Once somebody has asked for all: what is made of a record is made once then. */
  #all: Map<string, LiveRecord> | undefined;

  /**
   * @param data whole lines
   * @param sorted how many bytes of them are sorted
   * @param damaged makes what is thrown when a line that was asked for cannot be read
   */
  constructor(data: Buffer, sorted: number, damaged: () => Error) {
    this.#damaged = damaged;
    // Every character is a byte: places in the text are those in the file.
    this.#text = data.toString('latin1');
    this.#sorted = sorted;
  }

  get(path: string): LiveRecord | undefined {
    if (this.#all) return this.#all.get(path);
    const key = keyOf(path);
    const found = this.#changed().get(key) ?? this.#search(key);
    return found === undefined ? undefined : this.#parsed(key, found);
  }

  /** All that there are. */
  values(): IterableIterator<LiveRecord> {
    this.#all ??= new Map(this.#each());
    return this.#all.values();
  }

  *#each(): IterableIterator<[string, LiveRecord]> {
    const later = this.#changed();
    for (const [key, text] of this.#lines(0, this.#sorted)) {
      const record = later.has(key) ? undefined : this.#parsed(key, text);
      if (record) yield [record.path, record];
    }
    for (const [key, text] of later) {
      const record = this.#parsed(key, text);
      if (record) yield [record.path, record];
    }
  }

  #changed(): ReadonlyMap<string, string> {
    this.#later ??= new Map(this.#lines(this.#sorted, this.#text.length));
    return this.#later;
  }

  *#lines(start: number, end: number): IterableIterator<[string, string]> {
    for (let at = start; at < end; ) {
      const { tab, newline } = this.#lineAt(at);
      yield [this.#text.slice(at, tab), this.#text.slice(tab + 1, newline)];
      at = newline + 1;
    }
  }

  #lineAt(start: number): { tab: number; newline: number } {
    const tab = this.#text.indexOf('\t', start);
    const newline = this.#text.indexOf('\n', start);
    if (tab < start || newline < tab) throw this.#damaged();
    return { tab, newline };
  }

  /** Halves the sorted part until one line is left. */
  #search(key: string): string | undefined {
    let [low, high] = [0, this.#sorted];
    while (low < high) {
      const middle = (low + high) >> 1;
      const start = middle === 0 ? 0 : this.#text.lastIndexOf('\n', middle - 1) + 1;
      const { tab, newline } = this.#lineAt(start);
      const found = this.#text.slice(start, tab);
      if (found === key) return this.#text.slice(tab + 1, newline);
      if (found < key) low = newline + 1;
      else high = start;
    }
    return undefined;
  }

  #parsed(key: string, text: string): LiveRecord | undefined {
    try {
      const known = JSON.parse(text) as [LiveRecord['fields'], string] | null;
      return known === null ? undefined : { path: pathOf(key), fields: known[0], body: known[1] };
    } catch {
      throw this.#damaged();
    }
  }
}

/** A line of a {@link RoomFile}. @param record null: it is gone */
export function roomLine(path: string, record: LiveRecord | null): string {
  const text = record === null ? 'null' : JSON.stringify([record.fields, record.body]);
  return `${keyOf(path)}\t${ascii(text)}\n`;
}

/** All of a room, as the sorted part of a {@link RoomFile}. */
export function roomLines(records: Iterable<LiveRecord>): string {
  const lines = [...records].map((record) => roomLine(record.path, record));
  // A tab comes before all that a key may hold: lines are in the order of their keys.
  return lines.sort().join('');
}

/** A path as JSON writes it: with neither a tab nor a line feed. */
function keyOf(path: string): string {
  return ascii(JSON.stringify(path).slice(1, -1));
}

function pathOf(key: string): string {
  return key.includes('\\') ? (JSON.parse(`"${key}"`) as string) : key;
}

/** JSON of which every character is a byte. */
function ascii(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
