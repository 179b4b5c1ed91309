import type { Location, Log, ReportingDescriptor, Result, Run } from 'sarif';
import { decidingText } from './deciding.ts';
import type { Report, Rule, Violation } from './violation.ts';

/** What each rule means: SARIF viewers and people who read raw reports want to know. */
export const ruleTexts: Readonly<Record<Rule, string>> = {
  'forbidden-import':
    'A pattern of forbidden_imports is the most specific one that matches the imported file.',
  'not-allowed': 'The domain lists what it may import, and no pattern matches the imported file.',
  'forbidden-package': 'The domain forbids the package.',
  'package-not-allowed':
    'The domain lists the packages it may use, and this one is not among them.',
  'entry-point': 'The imported domain may only be entered through its entry points.',
  layer: 'The imported domain is a higher layer.',
  cycle: 'Domains import one another in a circle.',
  unowned: 'The file belongs to no domain.',
  unresolved: 'The import looks internal and leads to no file.',
  syntax: 'The file does not parse, so its imports cannot be trusted.',
  'dead-scope': 'The scope of a domain matches no file, so its rules hold for nothing.',
  'exception-without-reason': 'An inline exception does not say why.',
  'stale-baseline': 'The baseline knows a violation that is gone.',
};

/** How many results GitHub code scanning takes of one run; it refuses a whole file with more. */
const sarifLimit = 25_000;

/** The report as SARIF 2.1.0. */
export function reportSarif(report: Report, version: string): string {
  const rules: ReportingDescriptor[] = Object.entries(ruleTexts).map(([id, text]) => ({
    id,
    name: id.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase()),
    shortDescription: { text },
    defaultConfiguration: { level: 'error' },
  }));
  const run: Run = {
    tool: { driver: { name: 'comm-node', semanticVersion: semantic(version), rules } },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { SRCROOT: { description: { text: 'The top of the repository' } } },
    results: withFingerprints(report.violations.slice(0, sarifLimit)).map(
      ({ violation, fingerprint }) =>
        result(
          violation,
          rules.findIndex(({ id }) => id === violation.rule),
          fingerprint,
        ),
    ),
    ...leftOut(report.violations.length - sarifLimit),
  };
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function leftOut(count: number): Pick<Run, 'invocations'> {
  if (count <= 0) return {};
  const text = `${count} more violations are not listed: code scanning takes no more of one run`;
  const toolExecutionNotifications = [{ level: 'warning' as const, message: { text } }];
  return { invocations: [{ executionSuccessful: true, toolExecutionNotifications }] };
}

function semantic(version: string): string {
  return /^\d+\.\d+\.\d+/.test(version) ? version : '0.0.0';
}

function result(violation: Violation, ruleIndex: number, fingerprint: string): Result {
  const { rule, file, line, column, deciding } = violation;
  return {
    ruleId: rule,
    ruleIndex,
    level: violation.baseline ? 'note' : 'error',
    message: { text: longMessage(violation) },
    locations: [location(file, line, column)],
    ...(deciding
      ? {
          relatedLocations: [
            {
              id: 0,
              message: { text: `decided: ${decidingText(deciding)}` },
              ...location(deciding.file, deciding.line, 1),
            },
          ],
        }
      : {}),
    partialFingerprints: { 'commNodeImport/v1': fingerprint },
    baselineState: violation.baseline ? 'unchanged' : 'new',
    properties: {
      kind: violation.kind,
      specifier: violation.specifier,
      target: violation.target,
      domain: violation.domain,
      targetDomain: violation.target_domain,
    },
  };
}

function location(file: string, startLine: number, startColumn: number): Location {
  // A name that is no Unicode cannot be a URI.
  const name = file.replace(/\p{Surrogate}/gu, '\ufffd');
  const uri = name.split('/').map(encodeURIComponent).join('/');
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: 'SRCROOT' },
      region: { startLine, startColumn },
    },
  };
}

/** The message with its reason and its way out, in one line. */
export function longMessage({ message, why, instead }: Violation): string {
  return [message, why === '' ? '' : `Why: ${why}`, instead === '' ? '' : `Instead: ${instead}`]
    .filter((part) => part !== '')
    .join(' — ');
}

/**
 * A name for each violation that stays when lines move, and is unique in the report: of two
 * equal ones, the second has a number.
 */
export function withFingerprints(
  violations: readonly Violation[],
): { violation: Violation; fingerprint: string }[] {
  const seen = new Map<string, number>();
  return violations.map((violation) => {
    const key = [
      violation.rule,
      violation.file,
      violation.specifier,
      violation.target,
      violation.message,
    ].join('\0');
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return { violation, fingerprint: hash(`${key}\0${count}`) };
  });
}

// Two rounds of FNV-1a over 32 bits with different seeds: names, not secrets.
function hash(text: string): string {
  return [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b]
    .map((seed) => {
      let value = seed;
      for (let at = 0; at < text.length; at++)
        value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
      return (value >>> 0).toString(16).padStart(8, '0');
    })
    .join('');
}
