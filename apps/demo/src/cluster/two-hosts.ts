import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { RedisServer } from '@manycore/testing/servers';

/** A Redis and two worker hosts of a thread each: all on this machine, in place of three. */
export class TwoHosts implements AsyncDisposable {
  readonly #redis: RedisServer;
  readonly #hosts: ChildProcess[] = [];

  static async start(): Promise<TwoHosts> {
    const cluster = new TwoHosts(await RedisServer.start());
    await Promise.all([cluster.#startHost(), cluster.#startHost()]);
    return cluster;
  }

  private constructor(redis: RedisServer) {
    this.#redis = redis;
  }

  get connection(): string {
    return this.#redis.url;
  }

  /** As `npx manycore-worker ./work.js --connection redis://… --threads 1` does. */
  async #startHost(): Promise<void> {
    const command = new URL('./cli.js', import.meta.resolve('@manycore/cluster'));
    const work = new URL('./work.js', import.meta.url);
    const args = [fileURLToPath(command), work.href, '--connection', this.connection, '--threads', '1'];
    const host = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#hosts.push(host);
    // It prints `ready`.
    await Promise.race([once(host.stdout, 'data'), ended(host)]);
  }

  /** The hosts finish what they run. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts) {
      const gone = once(host, 'exit');
      host.kill('SIGTERM');
      await gone;
    }
    await this.#redis[Symbol.asyncDispose]();
  }
}

async function ended(host: ChildProcess): Promise<never> {
  await once(host, 'exit');
  throw new Error('a worker host ended before it was ready');
}
