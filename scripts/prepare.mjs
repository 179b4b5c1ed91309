// Runs after `npm install` in a checkout: husky sets up this project's own hooks.
// In CI, and where the package is unpacked outside a Git checkout, there is nothing to do.
import { existsSync } from 'node:fs';

if (!process.env.CI && existsSync('.git')) {
  const { default: husky } = await import('husky');
  process.stdout.write(husky());
}
