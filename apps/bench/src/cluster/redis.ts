// A Redis of the contender's own, and the processes that work for it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Absent, type Closing } from '../harness/comparison.js';

/** Starts a Redis without persistence; gives its port. @throws Absent where there is none. */
export async function startRedis({ afterProgram }: Closing): Promise<number> {
  if (spawnSync('redis-server', ['--version']).status !== 0) throw new Absent('redis-server is not there');
  const port = await freePort();
  const server = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  afterProgram(() => end(server));
  for await (const text of server.stdout) if (String(text).includes('Ready to accept')) break;
  server.stdout.resume();
  return port;
}

/** Starts a program that prints a line when it is ready. */
export async function startProgram(
  { afterProgram }: Closing,
  program: URL | string,
  args: readonly string[],
): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  afterProgram(() => end(child));
  await once(child.stdout, 'data');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port');
  return address.port;
}
