import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { connect } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.js';
import { freePort } from './free-port.js';

/** Why there can be no Redis on this machine; undefined when there can. */
export function whyNoRedis(): string | undefined {
  if (spawnSync('redis-server', ['--version']).status === 0) return undefined;
  return 'there is no redis-server on this machine (Debian: apt-get install redis-server)';
}

/** How a Redis is started. */
export interface RedisServerOptions {
  /** With an append-only file, written before each answer, so that a restart loses nothing. */
  readonly keeps?: boolean;
  /** The password of its default user. */
  readonly password?: string;
  /** Takes connections by TLS only: the paths of its certificate and of the key of that. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** A Redis of one's own, on a free port of the loopback interface. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly #folder: string;
  readonly #options: RedisServerOptions;
  #child: ChildProcess | undefined;

  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'manycore-redis-'));
    const server = new RedisServer(await freePort(), folder, options);
    await server.run();
    return server;
  }

  private constructor(port: number, folder: string, options: RedisServerOptions) {
    this.port = port;
    this.#folder = folder;
    this.#options = options;
  }

  /** Where it is, with its password. */
  get url(): string {
    const { password, tls } = this.#options;
    const user = password === undefined ? '' : `:${password}@`;
    return `${tls ? 'rediss' : 'redis'}://${user}127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it, for the first time or after `kill`. */
  async run(): Promise<void> {
    const { keeps = false, password, tls } = this.#options;
    const persistence = keeps ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    const place = tls
      ? ['--port', '0', '--tls-port', String(this.port), '--tls-auth-clients', 'no',
         '--tls-cert-file', tls.certificate, '--tls-key-file', tls.key, '--tls-ca-cert-file', tls.certificate]
      : ['--port', String(this.port)];
    const access = password === undefined ? [] : ['--requirepass', password];
    this.#child = spawn(
      'redis-server',
      [...place, '--bind', '127.0.0.1', '--save', '', '--dir', this.#folder, ...access, ...persistence],
      { stdio: 'ignore' },
    );
    await until(() => answers(this.port, tls !== undefined), { what: `Redis on port ${this.port}` });
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

/** Also with the error that it wants a password. */
function answers(port: number, tls: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const place = { port, host: '127.0.0.1' };
    const ping = (): boolean => socket.write('PING\r\n');
    const socket = tls ? connect({ ...place, rejectUnauthorized: false }, ping) : createConnection(place, ping);
    socket.once('data', (data) => {
      resolve(/^(?:\+PONG|-NOAUTH)/.test(String(data)));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
  });
}
