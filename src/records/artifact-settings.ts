import * as v from 'valibot';
import type { Project } from './project.ts';
import { artifactField, domainField, kindField, lineField } from './schema.ts';
import { durationSetting } from './settings-fields.ts';
import { readTable } from './settings-table.ts';
import { parseSize } from './size.ts';

/** The adapters that comm-node brings. */
export const BUILT_IN = ['openapi-typescript'] as const;

/** A file of a domain repository that its domain publishes. */
export interface ExportedFile {
  readonly domain: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly name: string;
  readonly kind: string;
}

/** How artifacts of one kind are made into another. */
export interface AdapterRule {
  /** The kind that it takes. */
  readonly kind: string;
  /** The kind that it makes. */
  readonly to: string;
  /** What the result is called; `{name}` is the name of the source without its last extension. */
  readonly name: string;
  /** A command line with `{in}` and `{out}`, or a built-in. */
  readonly by: { readonly command: string } | { readonly builtin: (typeof BUILT_IN)[number] };
  readonly timeoutMs: number;
}

/** `[artifacts]` of comm-node.toml. */
export interface ArtifactSettings {
  /** Content of more bytes than this stays where it is, and is published by reference. */
  readonly limit: number;
  readonly files: readonly ExportedFile[];
  readonly adapters: readonly AdapterRule[];
}

const LIMIT = 'a size, for example "10MB"';
const BY = 'either command or use, for example use = "openapi-typescript"';

const SETTINGS = v.strictObject({
  limit: v.pipe(
    v.optional(v.string(LIMIT), '10MB'),
    v.check((text) => parseSize(text) !== undefined, LIMIT),
    v.transform((text) => parseSize(text) ?? 0),
  ),
  files: v.optional(
    v.array(
      v.strictObject({
        domain: domainField,
        file: lineField,
        name: v.exactOptional(artifactField),
        kind: kindField,
      }),
    ),
    [],
  ),
  adapters: v.optional(
    v.array(
      v.pipe(
        v.strictObject({
          kind: kindField,
          to: kindField,
          name: v.optional(lineField, '{name}.d.ts'),
          command: v.exactOptional(lineField),
          use: v.exactOptional(v.picklist(BUILT_IN, `one of ${BUILT_IN.join(', ')}`)),
          timeout: durationSetting('1m'),
        }),
        v.check(({ command, use }) => (command === undefined) !== (use === undefined), BY),
      ),
    ),
    [],
  ),
});

/** @throws ConfigError `project-malformed` */
export function artifactSettings(project: Project | undefined): ArtifactSettings {
  const { limit, files, adapters } = readTable(SETTINGS, project, 'artifacts');
  return {
    limit,
    files: files.map((one) => ({ ...one, name: one.name ?? one.file.split('/').at(-1) ?? '' })),
    adapters: adapters.map(({ kind, to, name, command, use, timeout }) => ({
      kind,
      to,
      name,
      by: use === undefined ? { command: command ?? '' } : { builtin: use },
      timeoutMs: timeout,
    })),
  };
}
