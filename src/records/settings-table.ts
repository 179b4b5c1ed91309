import * as v from 'valibot';
import { ConfigError } from '../errors.ts';
import { PROJECT_PATH } from './paths.ts';
import type { Project } from './project.ts';
import { oneLine } from './visible.ts';

/**
 * A table of `comm-node.toml` that only some verbs read, checked when one of them does.
 * @returns the settings, with defaults filled in; those of an empty table when there is none
 * @throws ConfigError `project-malformed` that names the key and what was expected
 */
export function readTable<S extends v.GenericSchema>(
  schema: S,
  project: Pick<Project, 'tables'> | undefined,
  table: string,
): v.InferOutput<S> {
  const result = v.safeParse(schema, project?.tables[table] ?? {}, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = [table, ...(issue.path ?? []).map((part) => String(part.key))].join('.');
  const unknown = issue.type === 'strict_object' && issue.expected === 'never';
  const found = oneLine(JSON.stringify(issue.input) ?? 'nothing', 60);
  const problem = unknown ? 'unknown key' : `expected ${issue.message}; found ${found}`;
  throw new ConfigError(`${PROJECT_PATH}: ${oneLine(path, 80)}: ${problem}`, {
    code: 'project-malformed',
    hint: `mend [${table}] in ${PROJECT_PATH}, in a clone of the coordination repository, commit and push`,
    data: { file: PROJECT_PATH, key: path },
  });
}
