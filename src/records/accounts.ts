import { type Account, isLimited, remainingOf, spentOf } from './account.ts';

/** What an agent has spent on all its tasks, and what it has left where it has a budget. */
export interface AgentSum {
  readonly spent: number;
  readonly remaining: number;
}

/** The accounts of one agent as they are kept: a text, since of thousands a command needs a few. */
export interface SavedBook extends AgentSum {
  /** `;` and, of each account, `task allocated granted byRule asked sent read closed latest;` */
  readonly rows: string;
  /** Tasks it has asked for more for. */
  readonly asked: readonly string[];
}

/** An account that was taken out of the text, and what it added to the sums there. */
interface Open {
  readonly account: Account;
  readonly before: AgentSum;
}

interface Book extends SavedBook {
  readonly open: Map<string, Open>;
}

const NOTHING: AgentSum = { spent: 0, remaining: 0 };

/** Accounts by agent and task. What was kept is read row by row, when somebody asks for it. */
export class Accounts {
  readonly #books = new Map<string, Book>();

  constructor(saved: Readonly<Record<string, SavedBook>> = {}) {
    for (const [agent, book] of Object.entries(saved)) {
      this.#books.set(agent, { ...book, open: new Map() });
    }
  }

  /** Undefined while nothing was spent or given. */
  get(task: string, agent: string): Readonly<Account> | undefined {
    const book = this.#books.get(agent);
    if (book === undefined) return undefined;
    const open = book.open.get(task);
    if (open) return open.account;
    const row = rowOf(book.rows, task);
    return row === undefined ? undefined : accountOf(row, agent);
  }

  /** The account, to be changed; a new one if there is none. */
  open(task: string, agent: string): Account {
    const book = this.#book(agent);
    const known = book.open.get(task);
    if (known) return known.account;
    const row = rowOf(book.rows, task);
    const account = row === undefined ? emptyAccount(task, agent) : accountOf(row, agent);
    book.open.set(task, { account, before: row === undefined ? NOTHING : sumOf(account) });
    return account;
  }

  /** All accounts of an agent. */
  of(agent: string): Readonly<Account>[] {
    const book = this.#books.get(agent);
    if (book === undefined) return [];
    const open = [...book.open.values()].map(({ account }) => account);
    return [...unopened(book).map((row) => accountOf(row, agent)), ...open];
  }

  /** All accounts for a task. */
  about(task: string): Readonly<Account>[] {
    return [...this.#books.keys()].flatMap((agent) => this.get(task, agent) ?? []);
  }

  /** Those in which an agent has asked for more. */
  askedBy(agent: string): Readonly<Account>[] {
    const book = this.#books.get(agent);
    if (book === undefined) return [];
    const tasks = new Set([...book.asked, ...book.open.keys()]);
    return [...tasks]
      .flatMap((task) => this.get(task, agent) ?? [])
      .filter(({ asked }) => asked > 0);
  }

  *all(): Iterable<Readonly<Account>> {
    for (const agent of this.#books.keys()) yield* this.of(agent);
  }

  /** The sums of an agent, without looking at each account. */
  sum(agent: string): AgentSum {
    const book = this.#books.get(agent);
    if (book === undefined) return NOTHING;
    let { spent, remaining } = book;
    for (const { account, before } of book.open.values()) {
      const now = sumOf(account);
      spent += now.spent - before.spent;
      remaining += now.remaining - before.remaining;
    }
    return { spent, remaining };
  }

  /** As plain data. */
  save(): Record<string, SavedBook> {
    const saved: [string, SavedBook][] = [];
    for (const [agent, book] of this.#books) {
      const rows = [
        ...unopened(book),
        ...[...book.open.values()].map(({ account }) => formatRow(account)),
      ];
      const asked = this.askedBy(agent).map(({ task }) => task);
      saved.push([agent, { rows: `;${rows.join(';')};`, asked, ...this.sum(agent) }]);
    }
    return Object.fromEntries(saved);
  }

  #book(agent: string): Book {
    const known = this.#books.get(agent);
    if (known) return known;
    const book = { rows: ';', asked: [], ...NOTHING, open: new Map<string, Open>() };
    this.#books.set(agent, book);
    return book;
  }
}

function sumOf(account: Readonly<Account>): AgentSum {
  return {
    spent: spentOf(account),
    remaining: isLimited(account) ? remainingOf(account) : 0,
  };
}

/** The row of a task, without the `;` around it. Neither stands in the id of a task, nor does a space. */
function rowOf(rows: string, task: string): string | undefined {
  const start = rows.indexOf(`;${task} `);
  return start < 0 ? undefined : rows.slice(start + 1, rows.indexOf(';', start + 1));
}

/** The rows of accounts that have not been opened. */
function unopened({ rows, open }: Book): string[] {
  const all = rows.split(';').filter((row) => row !== '');
  return open.size === 0 ? all : all.filter((row) => !open.has(row.slice(0, row.indexOf(' '))));
}

function accountOf(row: string, agent: string): Account {
  const [task = '', allocated, granted, byRule, asked, sent, read, closed, latest = ''] =
    row.split(' ');
  return {
    task,
    agent,
    allocated: Number(allocated),
    granted: Number(granted),
    byRule: Number(byRule),
    asked: Number(asked),
    sent: Number(sent),
    read: Number(read),
    closed: closed === '1',
    latest,
  };
}

function formatRow(account: Readonly<Account>): string {
  const { task, allocated, granted, byRule, asked, sent, read, closed, latest } = account;
  const numbers = [allocated, granted, byRule, asked, sent, read, closed ? 1 : 0];
  return `${task} ${numbers.join(' ')} ${latest}`;
}

function emptyAccount(task: string, agent: string): Account {
  const numbers = { allocated: 0, granted: 0, byRule: 0, asked: 0, sent: 0, read: 0 };
  return { task, agent, ...numbers, closed: false, latest: '' };
}
