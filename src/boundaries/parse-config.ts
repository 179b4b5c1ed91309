import { parse, TomlError } from 'smol-toml';
import { ConfigError } from '../errors.ts';
import { escapeGlob, GlobError, parseGlob } from '../globs/globs.ts';
import type {
  Boundaries,
  Domain,
  Layers,
  PackagePattern,
  Pattern,
  Place,
  Policy,
} from './config.ts';
import { findContradictions, findUnreachable } from './config-problems.ts';
import {
  type Checking,
  checkTable,
  complain,
  domainKeys,
  isTable,
  layerKeys,
  topKeys,
} from './config-schema.ts';
import { packageMatcher } from './package-names.ts';
import { locateToml } from './toml-lines.ts';

/**
 * Reads a `boundaries.toml`.
 * @param file its path in the repository: globs are relative to its folder.
 * @throws ConfigError that names file, line and key of everything that is wrong.
 */
export function parseBoundaries(text: string, file = 'boundaries.toml'): Boundaries {
  const raw = parseToml(text, file);
  const checking: Checking = { file, lineOf: locateToml(text), problems: [] };
  const top = checkTable(checking, raw, topKeys, []);
  const base = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
  const place = (...path: string[]): Place => ({
    key: path.join('.'),
    line: checking.lineOf(path),
  });
  const domains = Object.entries((top['domains'] ?? {}) as Record<string, unknown>).flatMap(
    ([name, table]) => readDomain(checking, base, name, table),
  );
  if (domains.length === 0 && checking.problems.length === 0) {
    complain(
      checking,
      [],
      'no domain is declared',
      'add [domains.NAME] with a scope, or run `comm-node boundaries infer`',
    );
  }
  const boundaries: Boundaries = {
    file,
    base,
    domains,
    layers: readLayers(checking, top),
    noCycles: top['no_cycles'] === true ? place('no_cycles') : undefined,
    unowned: (top['unowned'] as Policy | undefined) ?? 'allow',
    unresolved: (top['unresolved'] as Policy | undefined) ?? 'error',
    unownedPlace: place('unowned'),
    generated: readPatterns(checking, [base], ['generated'], top['generated']),
    warnings: [],
  };
  if (checking.problems.length === 0) findContradictions(checking, boundaries);
  if (checking.problems.length > 0) throw problemsError(checking);
  return { ...boundaries, warnings: findUnreachable(boundaries) };
}

function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const reason = cause.message.split('\n')[0]?.replace('Invalid TOML document: ', '') ?? '';
    const problem = { file, line: cause.line, key: '', message: `not valid TOML: ${reason}` };
    throw new ConfigError(`${file}:${cause.line}: ${problem.message}`, {
      cause,
      data: { file, line: cause.line, problems: [problem] },
    });
  }
}

function problemsError({ file, problems }: Checking): ConfigError {
  const lines = problems.map(({ line, key, message, hint }) => {
    return `${file}:${line}: ${key ? `${key}: ` : ''}${message}${hint ? ` (${hint})` : ''}`;
  });
  const first = problems[0];
  return new ConfigError(lines.join('\n'), {
    ...(first?.hint ? { hint: first.hint } : {}),
    data: { file, line: first?.line, key: first?.key, problems },
  });
}

function readDomain(checking: Checking, base: string, name: string, value: unknown): Domain[] {
  const path = ['domains', name];
  if (!isTable(value)) {
    complain(
      checking,
      path,
      `"${name}" must be a table`,
      `write [domains.${name}] and its keys below`,
    );
    return [];
  }
  const table = checkTable(checking, value, domainKeys, path);
  const root = typeof table['path'] === 'string' ? table['path'] : '.';
  if (value['scope'] === undefined) {
    complain(checking, path, 'the scope is missing', `for example: scope = ["src/${name}/**"]`);
  }
  const patterns = (key: string) =>
    readPatterns(checking, [base, root], [...path, key], table[key]);
  const packages = (key: string) => readPackages(checking, [...path, key], table[key]);
  return [
    {
      name,
      line: checking.lineOf(path),
      scope: patterns('scope'),
      exports: texts(table['exports']),
      imports: texts(table['imports']),
      allowed: patterns('allowed_imports'),
      forbidden: patterns('forbidden_imports'),
      allowedPackages:
        table['allowed_packages'] === undefined ? undefined : packages('allowed_packages'),
      forbiddenPackages: packages('forbidden_packages'),
      entryPoints: patterns('entry_points'),
      typeImports: table['type_imports'] === 'allow' ? 'allow' : 'check',
      why: table['why'] as string | undefined,
    },
  ];
}

function texts(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : (value as string[]);
}

function readPatterns(
  checking: Checking,
  roots: readonly string[],
  path: readonly string[],
  value: unknown,
): Pattern[] {
  const prefix = roots.filter((root) => root !== '' && root !== '.').map(escapeGlob);
  return texts(value).flatMap((text, index) => {
    const place = [...path, ...(Array.isArray(value) ? [index] : [])];
    try {
      // A glob is judged alone first: after a root, an absolute or negated one would look right.
      if (!text.startsWith('../')) parseGlob(text);
      const glob = parseGlob([...prefix, text].join('/'));
      return [{ text, glob, key: path.join('.'), line: checking.lineOf(place) }];
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      complain(
        checking,
        place,
        `the glob ${JSON.stringify(text)} cannot be used: ${error.message}`,
      );
      return [];
    }
  });
}

function readPackages(
  checking: Checking,
  path: readonly string[],
  value: unknown,
): PackagePattern[] {
  return texts(value).map((text, index) => {
    const line = checking.lineOf([...path, ...(Array.isArray(value) ? [index] : [])]);
    return { text, key: path.join('.'), line, matches: packageMatcher(text) };
  });
}

function readLayers(
  checking: Checking,
  top: Readonly<Record<string, unknown>>,
): Layers | undefined {
  const value = top['layers'];
  if (value === undefined) return undefined;
  const table = isTable(value)
    ? checkTable(checking, value, layerKeys, ['layers'])
    : { order: value };
  return {
    order: texts(table['order']),
    exhaustive: table['exhaustive'] === true || top['exhaustive'] === true,
    why: table['why'] as string | undefined,
    key: 'layers',
    line: checking.lineOf(['layers']),
  };
}
