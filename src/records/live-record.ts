/** A record that is kept whole in the state: agents, locks, tasks, orders, kickoffs… */
export interface LiveRecord {
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A record that could not be read; it is reported and never hides the others. */
export interface Malformed {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}
