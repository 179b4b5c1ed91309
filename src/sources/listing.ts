/** Where the content of a listed file is to be had. */
export const Place = {
  /** Only in Git's objects. */
  store: 0,
  /** The file on disk holds it. */
  disk: 1,
  /** The file on disk may hold it: what the index remembers of the file, or its content, tells. */
  unsure: 2,
} as const;

export type Place = (typeof Place)[keyof typeof Place];

/** The mode of a symbolic link. */
export const symbolicLink = 0o120000;
/** The mode of a submodule. */
export const gitLink = 0o160000;

/** Where an index holds what it knows of a file on disk; it is read only when asked for. */
export interface IndexStat {
  readonly data: Buffer;
  readonly at: number;
  /** When the index was written: a file changed in that very moment may look unchanged. */
  readonly written: bigint;
}

/** One entry, for whoever makes a listing from lines of text. */
export interface Row {
  readonly path: string;
  readonly mode: number;
  /** Empty when the content has no name yet: an untracked or changed file. */
  readonly oid: string;
  readonly place: Place;
}

interface Columns {
  readonly paths: readonly string[];
  /** All paths are ASCII: then the order of bytes, which is Git's, is that of characters. */
  readonly ascii?: boolean;
  readonly modes: Uint32Array;
  /** Names of contents, `width` bytes each; zeros for one that has none yet. */
  readonly oids: Buffer;
  readonly width: number;
  readonly places: Uint8Array;
  readonly stats?: {
    readonly data: Buffer;
    readonly starts: Uint32Array;
    readonly written: bigint;
  };
}

/**
 * The entries of an index, a commit or a working tree, sorted by path. They stand in columns:
 * making an object of each would cost more than all that is asked of most of them.
 */
export class Listing {
  readonly paths: readonly string[];
  /** How long the name of a content is, in bytes. */
  readonly width: number;
  readonly modes: Uint32Array;
  private readonly columns: Columns;
  private rows: Map<string, number> | undefined;
  private asked = 0;

  constructor(columns: Columns) {
    this.columns = columns;
    this.paths = columns.paths;
    this.width = columns.width;
    this.modes = columns.modes;
  }

  /** A listing of these rows, which are sorted. */
  static of(rows: readonly Row[]): Listing {
    const width = (rows.find(({ oid }) => oid !== '')?.oid.length ?? 40) / 2;
    const oids = Buffer.alloc(rows.length * width);
    rows.forEach(({ oid }, at) => {
      oids.write(oid, at * width, 'hex');
    });
    return new Listing({
      paths: rows.map(({ path }) => path),
      modes: Uint32Array.from(rows, ({ mode }) => mode),
      oids,
      width,
      places: Uint8Array.from(rows, ({ place }) => place),
    });
  }

  /** The row of a path; undefined when it is not listed. */
  row(path: string): number | undefined {
    if (this.rows) return this.rows.get(path);
    // Most runs ask for a dozen of thousands.
    if (this.columns.ascii && this.asked++ < 100) return this.search(path);
    this.rows = new Map();
    for (let at = 0; at < this.paths.length; at++) this.rows.set(this.paths[at] ?? '', at);
    return this.rows.get(path);
  }

  private search(path: string): number | undefined {
    let low = 0;
    let high = this.paths.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.paths[middle] ?? '';
      if (found === path) return middle;
      if (found < path) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  /** The name of a row's content; undefined when it has none yet. */
  oid(row: number): string | undefined {
    const { oids, width } = this.columns;
    const end = (row + 1) * width;
    for (let at = row * width; at < end; at++) {
      if (oids[at] !== 0) return oids.toString('hex', row * width, end);
    }
    return undefined;
  }

  /** Rows whose content has no name yet. */
  nameless(): readonly number[] {
    const { oids, width } = this.columns;
    const rows: number[] = [];
    // A name that begins with zeros is rare; only then are the other bytes looked at.
    for (let row = 0, at = 0; row < this.paths.length; row++, at += width) {
      if (oids[at] === 0 && oids[at + 1] === 0 && this.oid(row) === undefined) rows.push(row);
    }
    return rows;
  }

  /** The names of all contents, one after the other; zeros for one that has none yet. */
  get oids(): Buffer {
    return this.columns.oids;
  }

  /** Where a row's content is. */
  place(row: number): Place {
    return this.columns.places[row] as Place;
  }

  /** What the index remembers of a row's file on disk. */
  stat(row: number): IndexStat | undefined {
    const { stats } = this.columns;
    return stats && { data: stats.data, at: stats.starts[row] ?? 0, written: stats.written };
  }

  /** An entry as a row. */
  at(row: number): Row {
    return {
      path: this.paths[row] ?? '',
      mode: this.modes[row] ?? 0,
      oid: this.oid(row) ?? '',
      place: this.place(row),
    };
  }

  /** The same files, all of which are known to lie on disk, those without whose content has changed. */
  checkedOut(changed: ReadonlySet<string>): Listing {
    const places = this.columns.places.map((place) => (place === Place.store ? place : Place.disk));
    const oids = changed.size === 0 ? this.columns.oids : Buffer.from(this.columns.oids);
    for (const path of changed) {
      const row = this.row(path);
      if (row === undefined || places[row] === Place.store) continue;
      oids.fill(0, row * this.width, (row + 1) * this.width);
    }
    return new Listing({ ...this.columns, oids, places });
  }
}
