import { resolve } from 'node:path';
import { readIfPresent } from '../git/files.ts';
import { gitFailure } from '../git/process.ts';
import { runGitNow } from '../git/process-sync.ts';

/**
 * Sets trailers of a commit message that is about to be used: an earlier one of the same name goes.
 * A message that is still empty is left so: who leaves it empty wants no commit.
 * @param file as Git names it, relative to `cwd`
 */
export async function setTrailers(
  cwd: string,
  file: string,
  trailers: Readonly<Record<string, string>>,
): Promise<void> {
  const path = resolve(cwd, file);
  const text = (await readIfPresent(path))?.toString() ?? '';
  const written = text.split(/^# -+ >8 -+$/m)[0] ?? '';
  if (!/^(?!#)\s*\S/m.test(written)) return;
  const words = Object.entries(trailers).map(([name, value]) => `--trailer=${name}: ${value}`);
  const how = ['--in-place', '--if-exists=replace', '--if-missing=add'];
  const args = ['interpret-trailers', ...how, ...words, path];
  const { code, stderr } = runGitNow(args, { cwd });
  if (code !== 0) throw gitFailure(args, `failed with exit code ${code}`, stderr, code);
}
