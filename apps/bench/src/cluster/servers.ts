// The servers of a contender, and the processes that work for it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort, RedisServer, whyNoRedis } from '@manycore/testing/servers';
import { Absent, type Closing } from '../harness/comparison.js';

/** Starts a Redis without persistence; gives its port. @throws Absent where there is none. */
export async function startRedis({ afterProgram }: Closing): Promise<number> {
  const reason = whyNoRedis();
  if (reason !== undefined) throw new Absent(reason);
  const server = await RedisServer.start();
  afterProgram(() => server[Symbol.asyncDispose]());
  return server.port;
}

/** Starts a NATS server; gives its port. @throws Absent where there is none. */
export async function startNats({ afterProgram }: Closing): Promise<number> {
  if (spawnSync('nats-server', ['--version']).status !== 0) {
    throw new Absent('there is no nats-server on this machine (Debian: apt-get install nats-server)');
  }
  const port = await freePort();
  const server = spawn('nats-server', ['--addr', '127.0.0.1', '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  afterProgram(() => end(server));
  for await (const text of server.stderr) if (String(text).includes('Server is ready')) break;
  server.stderr.resume();
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
