import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';

/** A real sshd on a free port of this machine, for this user alone. */
export interface SshServer {
  /** The URL of a repository by its path. */
  url(path: string): string;
  /** For every process that talks to it: `GIT_SSH_COMMAND`. */
  readonly env: Readonly<Record<string, string>>;
  close(): void;
}

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'];

/** Why ssh cannot be tested here, or undefined when it can. */
export function whyNoSsh(): string | undefined {
  if (!SSHD.some((path) => existsSync(path))) {
    return 'there is no sshd here (Debian: apt-get install openssh-server)';
  }
  try {
    execFileSync('ssh', ['-V'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'there is no ssh here (Debian: apt-get install openssh-client)';
  }
}

/** Starts sshd with keys and settings of its own below `folder`. */
export async function serveSsh(
  folder: string,
  serverEnv: Readonly<Record<string, string>> = {},
): Promise<SshServer> {
  const sshd = SSHD.find((path) => existsSync(path)) ?? 'sshd';
  // sshd refuses to run as root without this folder; it is normally made at boot.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of ['host', 'client']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  }
  writeFileSync(
    join(folder, 'authorized_keys'),
    execFileSync('cat', [join(folder, 'client.pub')]),
    { mode: 0o600 },
  );
  const port = await freePort();
  const config = join(folder, 'sshd_config');
  writeFileSync(config, sshdConfig(folder, port, serverEnv));
  const child = spawn(sshd, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  await untilListening(port, child);
  const client = [
    'ssh',
    '-p',
    String(port),
    '-i',
    join(folder, 'client'),
    '-o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR',
  ];
  return {
    url: (path) => `ssh://${userInfo().username}@127.0.0.1:${port}${encodeURI(path)}`,
    env: { GIT_SSH_COMMAND: client.map(quoted).join(' ') },
    close: () => child.kill(),
  };
}

function sshdConfig(folder: string, port: number, env: Readonly<Record<string, string>>): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey "${join(folder, 'host')}"`,
    `AuthorizedKeysFile "${join(folder, 'authorized_keys')}"`,
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    `PidFile "${join(folder, 'sshd.pid')}"`,
    // The default guards against quantum computers, for a third of what a connection costs.
    'KexAlgorithms curve25519-sha256',
    'MaxStartups 200',
    'MaxSessions 200',
    ...Object.entries(env).map(([name, value]) => `SetEnv ${name}="${value}"`),
    '',
  ].join('\n');
}

/** Options come as one word with spaces; paths may hold spaces themselves. */
function quoted(word: string): string {
  return word.startsWith('-o ') ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    said += data.toString('utf8');
  });
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${said}`);
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`sshd does not answer: ${said}`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
