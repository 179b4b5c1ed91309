import fc from 'fast-check';
import { Minimatch, minimatch } from 'minimatch';

const piece = fc.constantFrom(
  'a',
  'b',
  'c',
  '.',
  '*',
  '?',
  '[ab]',
  '[!a]',
  '[a-c]',
  '{a,b}',
  '{ab,c*}',
  '{a,b/c}',
  '[b-c.]',
);
const segment = fc.oneof(
  { weight: 4, arbitrary: fc.array(piece, { minLength: 1, maxLength: 3 }).map((p) => p.join('')) },
  { weight: 2, arbitrary: fc.constant('**') },
);
/** Globs of all that we allow. */
export const pattern = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join('/'))
  .filter((text) => !text.split('/').some((part) => /^\.+$/.test(part)));

const names = ['a', 'b', 'c', 'ab', 'ba', 'ca', '.a', 'a.b', 'abc', '..a', 'a.'];
/** Paths of one to three segments that such globs may match. */
export const paths: readonly string[] = names.flatMap((one) => [
  one,
  ...names.flatMap((two) => [
    `${one}/${two}`,
    ...names.slice(0, 5).map((three) => `${one}/${two}/${three}`),
  ]),
]);

/** What minimatch says, with our reading of a glob without wildcards: it covers what is below. */
export function oracle(glob: string, path: string): boolean {
  const { whole, folders } = compiled(glob);
  return whole.match(path) || folders.some((form) => path.startsWith(`${form}/`));
}

const cache = new Map<string, { whole: Minimatch; folders: string[] }>();
function compiled(glob: string) {
  const known = cache.get(glob);
  if (known) return known;
  const whole = new Minimatch(glob, { dot: true, nocomment: true, nonegate: true });
  const folders = minimatch.braceExpand(glob).filter((form) => !/[*?[]/.test(form));
  cache.set(glob, { whole, folders });
  return { whole, folders };
}
