import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openCorpora } from '../../test/imports/corpora.ts';

/** The tools it is compared with, at versions that the Node at hand runs. */
export const rivals = [
  'dependency-cruiser@17.4.3',
  'eslint@9',
  'eslint-plugin-boundaries@7.2.0',
  'eslint-import-resolver-typescript@4',
  '@typescript-eslint/parser@8',
  'typescript@5.9',
];

/** A folder with the corpora as one Git repository, and the rivals installed beside it. */
export interface Workbench {
  readonly repo: string;
  readonly tools: string;
  readonly files: number;
  readonly parts: readonly string[];
}

/** Sets the workbench up; what is there from an earlier run is kept. */
export function openWorkbench(root: string): Workbench {
  const corpora = openCorpora();
  if (!corpora) throw new Error('the corpora cannot be had without the npm registry');
  const repo = join(root, 'repo');
  const tools = join(root, 'tools');
  const parts = corpora.map(({ name }) => `part-${name.replace(/^@/, '').replace(/[/@].*$/, '')}`);
  if (!existsSync(join(repo, '.git'))) {
    corpora.forEach((corpus, at) => {
      for (const file of [...corpus.sources, 'package.json']) {
        const target = join(repo, parts[at] ?? '', file);
        mkdirSync(dirname(target), { recursive: true });
        cpSync(join(corpus.root, file), target);
      }
    });
    writeConfigurations(repo, parts);
    git(repo, 'init', '--quiet');
    git(repo, 'add', '.');
    git(
      repo,
      '-c',
      'user.name=Bench',
      '-c',
      'user.email=bench@example.com',
      'commit',
      '--quiet',
      '-m',
      'Corpora',
    );
  }
  if (!existsSync(join(tools, 'node_modules'))) {
    mkdirSync(tools, { recursive: true });
    writeFileSync(join(tools, 'package.json'), '{"private":true}\n');
    spawnSync('npm', ['install', '--silent', '--no-audit', '--no-fund', ...rivals], {
      cwd: tools,
      stdio: 'inherit',
    });
  }
  writeRivalConfigurations(tools, repo, parts);
  return {
    repo,
    tools,
    parts,
    files: corpora.reduce((sum, { sources }) => sum + sources.length, 0),
  };
}

/** Runs Git in the repository. */
export function git(repo: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: repo, encoding: 'utf8' });
}

// Equivalent rules: no package may import another. The code keeps them.
function writeConfigurations(repo: string, parts: readonly string[]): void {
  const domains = parts.map((part) => {
    const others = parts.filter((other) => other !== part).map((other) => `"${other}/**"`);
    return `[domains.${part}]\nscope = "${part}/**"\nforbidden_imports = [${others.join(', ')}]\n`;
  });
  // The packages come without what they generate: neither rival speaks of imports that lead nowhere.
  writeFileSync(join(repo, 'boundaries.toml'), `unresolved = "allow"\n\n${domains.join('\n')}`);
  writeFileSync(
    join(repo, 'tsconfig.json'),
    '{"compilerOptions":{"module":"esnext","moduleResolution":"bundler"}}\n',
  );
}

function writeRivalConfigurations(tools: string, repo: string, parts: readonly string[]): void {
  const forbidden = parts.map((part) => ({
    name: `no-${part}`,
    severity: 'error',
    from: { path: `^${part}/` },
    to: { path: `^(${parts.filter((other) => other !== part).join('|')})/` },
  }));
  const options = {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: join(repo, 'tsconfig.json') },
  };
  writeFileSync(
    join(tools, 'cruise.cjs'),
    `module.exports = ${JSON.stringify({ forbidden, options }, null, 2)};\n`,
  );
  writeFileSync(
    join(tools, 'eslint.config.mjs'),
    `import parser from '@typescript-eslint/parser';
import boundaries from 'eslint-plugin-boundaries';
export default [{
  files: ['**/*.ts', '**/*.tsx', '**/*.mts', '**/*.cts'],
  basePath: ${JSON.stringify(repo)},
  linterOptions: { reportUnusedDisableDirectives: 'off' },
  languageOptions: { parser },
  plugins: { boundaries },
  settings: {
    'import/resolver': { typescript: { project: ${JSON.stringify(join(repo, 'tsconfig.json'))} } },
    'boundaries/root-path': ${JSON.stringify(repo)},
    'boundaries/elements': ${JSON.stringify(parts.map((part) => ({ type: part, pattern: part, mode: 'folder' })))},
  },
  rules: { 'boundaries/element-types': ['error', { default: 'disallow', rules: ${JSON.stringify(parts.map((part) => ({ from: [part], allow: [part] })))} }] },
}];
`,
  );
}
