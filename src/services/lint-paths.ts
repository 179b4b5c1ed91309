import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Report } from '../boundaries/violation.ts';
import { UsageError } from '../errors.ts';
import type { SourceTree } from '../imports/source-tree.ts';
import type { Checkout } from '../sources/checkout.ts';

/** A path of the user, relative to the top of the repository. @throws UsageError when it lies outside. */
export function fromTop(checkout: Checkout, cwd: string, path: string): string {
  const inside = relative(checkout.top, resolve(cwd, path)).split(sep).join('/');
  if (inside === '..' || inside.startsWith('../') || isAbsolute(inside)) {
    throw new UsageError(`${path} lies outside the repository ${checkout.top}`, { data: { path } });
  }
  return inside;
}

/** The part of a report that is about the paths asked for. @throws UsageError for a path that is not linted. */
export function onlyPaths(
  request: { readonly cwd: string; readonly paths?: readonly string[] },
  source: { readonly checkout: Checkout; readonly tree: SourceTree },
  report: Report,
): Report {
  const { paths = [] } = request;
  if (paths.length === 0) return report;
  const wanted = paths.map((path) => fromTop(source.checkout, request.cwd, path));
  const inside = (file: string) =>
    wanted.some((path) => path === '' || file === path || file.startsWith(`${path}/`));
  const files = source.tree.paths();
  wanted.forEach((path, at) => {
    if (path !== '' && !files.some((file) => file === path || file.startsWith(`${path}/`))) {
      throw new UsageError(`there is no ${paths[at]} among the files that are linted`, {
        data: { path: paths[at] },
      });
    }
  });
  return {
    ...report,
    violations: report.violations.filter(({ file }) => inside(file)),
    warnings: report.warnings.filter(({ file }) => inside(file)),
    exceptions: report.exceptions.filter(({ file }) => inside(file)),
  };
}
