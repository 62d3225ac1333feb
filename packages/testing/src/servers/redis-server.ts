import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.js';
import { freePort } from './free-port.js';

/** Why there can be no Redis on this machine; undefined when there can. */
export function whyNoRedis(): string | undefined {
  if (spawnSync('redis-server', ['--version']).status === 0) return undefined;
  return 'there is no redis-server on this machine (Debian: apt-get install redis-server)';
}

/** A Redis of one's own, on a free port of the loopback interface. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #keeps: boolean;
  #child: ChildProcess | undefined;

  /** `keeps`: with an append-only file, written before each answer, so that a restart loses nothing. */
  static async start({ keeps = false }: { readonly keeps?: boolean } = {}): Promise<RedisServer> {
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
