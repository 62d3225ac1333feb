import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@manycore/testing';

/** Why tests with a Redis cannot run here; undefined when they can. */
export const noRedis: string | undefined =
  spawnSync('redis-server', ['--version']).status === 0
    ? undefined
    : 'skipped: there is no redis-server on this machine (Debian: apt-get install redis-server)';

if (noRedis !== undefined) console.log(noRedis);

/** A Redis of the test's own, on a free port of the loopback interface. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #keeps: boolean;
  #child: ChildProcess | undefined;

  /** `keeps`: with an append-only file, written before each answer, so that a restart loses nothing. */
  static async start({ keeps = false } = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'manycore-redis-'));
    const server = new RedisServer(await freePort(), folder, keeps);
    await server.run();
    return server;
  }

  private constructor(port: number, folder: string, keeps: boolean) {
    this.port = port;
    this.#folder = folder;
    this.#keeps = keeps;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it, for the first time or after `kill`. */
  async run(): Promise<void> {
    const persistence = this.#keeps ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    this.#child = spawn(
      'redis-server',
      ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--dir', this.#folder, ...persistence],
      { stdio: 'ignore' },
    );
    await until(() => answers(this.port), { what: `Redis on port ${this.port}` });
  }

  /** As kill -9. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    // One that is stopped as well.
    child.kill('SIGKILL');
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      resolve(String(data).startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}
