import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Violation } from '../../src/boundaries/violation.ts';
import { explainOne, lint } from './lint.ts';

/** Domain a may import nothing of domain b: every import that reaches b is a violation. */
export const aForbidsB = `
[domains.a]
scope = "a/**"
forbidden_imports = ["b/**"]
[domains.b]
scope = ["b/**", "packages/b/**"]
`;

/** Files every trap has, unless it brings its own. */
const always = { 'a/_.ts': '', 'b/x.ts': 'export const x = 1;\n' };

/** Name, the files beside those that are always there, and `rule target` of each violation. */
export type Trap = readonly [
  name: string,
  files: Record<string, string>,
  expected: readonly string[],
];

/**
 * One test for each row. With and without the gate the result must be the same; and
 * whatever decided must be named, by the report and by `explain`.
 */
export function traps(
  rows: readonly Trap[],
  config = aForbidsB,
  base: Record<string, string> = always,
): void {
  for (const [name, files, expected] of rows) {
    it(name, async () => {
      const report = await lint(config, { ...base, ...files });
      const whole = await lint(config, { ...base, ...files }, { gate: false });
      assert.deepEqual(report, whole, 'with and without the gate');
      assert.deepEqual(
        report.violations.map(({ rule, target }) => `${rule} ${target}`.trim()).sort(),
        [...expected].sort(),
      );
      for (const violation of report.violations) {
        const { rule, deciding } = violation;
        assert.ok(deciding?.line, `${rule} names its line`);
        await agrees(config, { ...base, ...files }, violation);
      }
    });
  }
}

// What is about no file of a domain (a scope without files, a broken tsconfig), and what is
// about several files (a circle), no explanation of one file can tell.
async function agrees(config: string, files: Record<string, string>, violation: Violation) {
  const { rule, file, line, specifier, deciding, domain } = violation;
  if (domain === '' || rule === 'dead-scope' || rule === 'cycle') return;
  const { imports, faults } = await explainOne(config, files, file, specifier || undefined);
  const told = specifier === '' ? faults : imports;
  const same = told.find((one) => one.rule === rule && one.line === line);
  assert.deepEqual(same?.deciding, deciding, `explain ${file} ${specifier}`);
}
