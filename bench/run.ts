// Runs the benchmarks that are named, or all of them, one after another.
// Usage: npm run bench [-- NAME [ARGUMENT…]]
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const known = readdirSync(here)
  .filter((name) => name.endsWith('.ts') && name !== 'run.ts' && !name.startsWith('_'))
  .map((name) => name.slice(0, -3));
const [name, ...rest] = process.argv.slice(2);
if (name !== undefined && !known.includes(name)) {
  console.error(`no benchmark "${name}"; there are: ${known.join(', ')}`);
  process.exit(2);
}
for (const bench of name === undefined ? known : [name]) {
  console.log(`\n## ${bench}\n`);
  const { status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', `${here}${bench}.ts`, ...rest],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) process.exitCode = 1;
}
