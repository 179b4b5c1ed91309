import type { Refusal } from '../records/request.ts';
import type { Context } from './context.ts';
import type { Look } from './look.ts';

/** A word after the verb. */
export interface Positional {
  /** camelCase: also the key in `args`. */
  readonly name: string;
  readonly summary: string;
  readonly required?: true;
  /** Takes all words that are left; only the last positional may. */
  readonly many?: true;
  readonly choices?: readonly string[];
}

interface OptionBase {
  readonly summary: string;
  /** One letter. */
  readonly alias?: string;
  readonly required?: true;
  /** What help calls the value; by default a word that suits its type. */
  readonly placeholder?: string;
}

/** An option, under its kebab-case name; `args` has it in camelCase. */
export type Option =
  | (OptionBase & { readonly type: 'flag' })
  | (OptionBase & {
      readonly type: 'text';
      readonly choices?: readonly string[];
      readonly default?: string;
    })
  /** May be given again and again. */
  | (OptionBase & { readonly type: 'texts' })
  /** A whole number, zero or more. */
  | (OptionBase & { readonly type: 'number'; readonly default?: number })
  /** `90s`, `10m`, `2h`, `1d12h`; milliseconds in `args`. */
  | (OptionBase & { readonly type: 'duration'; readonly default?: number });

export type Options = Readonly<Record<string, Option>>;

type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;

type Always = { readonly required: true } | { readonly default: string | number };

type WordOf<T> = T extends { readonly choices: readonly (infer Choice)[] } ? Choice : string;

type Maybe<T, Value> = T extends Always ? Value : Value | undefined;

type OptionValue<O extends Option> = O extends { readonly type: 'flag' }
  ? boolean
  : O extends { readonly type: 'texts' }
    ? readonly string[]
    : O extends { readonly type: 'text' }
      ? Maybe<O, WordOf<O>>
      : Maybe<O, number>;

type PositionalValue<P extends Positional> = P extends { readonly many: true }
  ? readonly WordOf<P>[]
  : Maybe<P, WordOf<P>>;

/** What `run` is given: every positional and option by its camelCase name. */
export type Args<P extends readonly Positional[], O extends Options> = {
  readonly [Entry in P[number] as Entry['name']]: PositionalValue<Entry>;
} & {
  readonly [Name in keyof O & string as Camel<Name>]: OptionValue<O[Name]>;
};

/** Done, or an honest no (exit 1). A failure is thrown instead, as a CommError (exit 2). */
export type Outcome<Data> =
  | {
      readonly ok: true;
      readonly data: Data;
      /** A verb that can stream has not done so this time: the data is its one document. */
      readonly whole?: true;
    }
  | { readonly ok: false; readonly refusal: Refusal; readonly data?: Data };

/** One verb. `run` prints nothing; `render` is pure. */
export interface Command<
  P extends readonly Positional[] = readonly Positional[],
  O extends Options = Options,
  Data = unknown,
  Event = unknown,
> {
  /** As typed: `send`, `boundaries init`. */
  readonly name: string;
  readonly summary: string;
  /** More for `--help` than the summary says. */
  readonly details?: string;
  readonly positionals?: P;
  readonly options: O;
  readonly examples: readonly Example[];
  run(context: Context, args: Args<P, O>): Promise<Outcome<Data>>;
  /** The data as text for people, with its own last newline, or nothing. */
  render(data: Data, look: Look): string;
  /** What `context.emit` was given, as text for people. */
  renderEvent?(event: Event, look: Look): string;
}

export interface Example {
  readonly line: string;
  readonly what: string;
}

/** A command with its types forgotten; the parser guarantees what `args` promises. */
export type AnyCommand = Command<readonly Positional[], Options, unknown, unknown>;

/** One line of the catalogue: enough for help and completion without loading the verb. */
export interface Entry {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  /** Other names for the same verb. */
  readonly aliases?: readonly string[];
  load(): Promise<AnyCommand>;
}

/** Declares a verb; the types of `args` follow from its positionals and options. */
export function defineCommand<
  const P extends readonly Positional[],
  const O extends Options,
  Data,
  Event = unknown,
>(command: Command<P, O, Data, Event>): Command<P, O, Data, Event> {
  return command;
}

/** It is done, and this came of it. */
export function done<Data>(data: Data): Outcome<Data> {
  return { ok: true, data };
}

/** An honest no; `data`, if given, is rendered as if it were done. */
export function refused<Data = never>(refusal: Refusal, data?: Data): Outcome<Data> {
  return data === undefined ? { ok: false, refusal } : { ok: false, refusal, data };
}
