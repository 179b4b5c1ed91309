// comm-node: hands this Claude Code hook to the program. No rule lives here.
// COMM_NODE_HOOKS=0 switches it off; COMM_NODE_TRACE=1 tells on stderr what runs.
// It is committed with the settings; where comm-node was never installed, it does nothing.
const { existsSync, readFileSync } = require('node:fs');
const { dirname, join, resolve } = require('node:path');
const { env, argv } = process;

function text(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

function commonFolder() {
  const git = join(dirname(dirname(__dirname)), '.git');
  const link = /^gitdir: (.+)$/m.exec(existsSync(git) && isFile(git) ? text(git) : '')?.[1];
  const own = link === undefined ? git : resolve(dirname(git), link.trim());
  return resolve(own, text(join(own, 'commondir')) ?? '.');
}

function isFile(path) {
  return require('node:fs').statSync(path).isFile();
}

const event = argv[2];
const place = text(join(commonFolder(), 'comm-node', 'hooks', 'program'));
if (env.COMM_NODE_HOOKS !== '0' && env.COMM_NODE_IN_HOOK === undefined && place !== undefined) {
  if (env.COMM_NODE_TRACE) process.stderr.write(`comm-node: ${event}\n`);
  process.argv = [argv[0], place, 'hook', 'claude', event];
  try {
    require(place);
  } catch (error) {
    process.stderr.write(
      `comm-node: its program cannot be run from ${place}: ${error.message}. Mend it: comm-node hooks install\n`,
    );
    // 2 is the only code that Claude Code takes for a no.
    process.exitCode = event === 'PreToolUse' ? 2 : 1;
  }
}
