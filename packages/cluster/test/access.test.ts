// Who may use Redis, and what becomes of calls when it refuses or is not there.
import { ClusterPool, RedisRefusedError, serve } from '@manycore/cluster';
import { allowWarnings, expectNoLeaks, Program, scaled } from '@manycore/testing';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { work } from './fixtures/tasks.mjs';
import { startHost } from './support/hosts.js';
import { errorOf } from './support/outcomes.js';
import { noRedis, RedisServer } from './support/redis.js';

expectNoLeaks();
allowWarnings(/Redis cannot be reached/);

const lease = scaled(500);
const modules = new URL('./fixtures/tasks.mjs', import.meta.url);
const pathOf = (name: string): string => fileURLToPath(new URL(`./fixtures/tls/${name}`, import.meta.url));
const tls = { certificate: pathOf('certificate.pem'), key: pathOf('key.pem') };
const password = 'correct-horse';

describe.skipIf(noRedis !== undefined)('access', () => {
  test('by TLS with a password, as URL and as options', async () => {
    await using redis = await RedisServer.start({ password, tls });
    await using host = await startHost({ url: redis.url, lease, env: { NODE_EXTRA_CA_CERTS: tls.certificate } });
    const ca = await readFile(tls.certificate, 'utf8');
    await using pool = new ClusterPool({
      connection: { host: '127.0.0.1', port: redis.port, password, tls: { ca } },
      lease,
    });
    expect(await pool.map(work.square, [1, 2, 3])).toEqual([1, 4, 9]);
    expect(host.hasEnded).toBe(false);
  });

  test.each([
    ['no password', (port: number) => `redis://127.0.0.1:${port}`, /^Redis at 127\.0\.0\.1:\d+ refuses .*NOAUTH/],
    ['a wrong one', (port: number) => `redis://:staple@127.0.0.1:${port}`, /refuses .*WRONGPASS .*redis:\/\/USER:PASSWORD@/],
  ])('with %s every call rejects, and no host starts', async (_, url, text) => {
    await using redis = await RedisServer.start({ password });
    const connection = url(redis.port);
    await using pool = new ClusterPool({ connection, lease });
    const refused = { name: 'RedisRefusedError', message: expect.stringMatching(text) as string };
    expect(await errorOf(pool.apply(work.square, [3]))).toMatchObject(refused);
    // Those that come later, and those that are kept.
    expect(await errorOf(pool.map(work.square, [1, 2]))).toMatchObject(refused);
    expect(await errorOf(pool.enqueue(work.square, [3]))).toMatchObject(refused);
    expect(await errorOf(pool.result('call-of-another'))).toMatchObject(refused);
    expect(await errorOf(serve({ connection, modules, threads: 1, lease }))).toBeInstanceOf(RedisRefusedError);
  });

  test('a certificate that no trusted authority has signed is refused', async () => {
    await using redis = await RedisServer.start({ tls });
    await using pool = new ClusterPool({ connection: redis.url, lease });
    expect(await errorOf(pool.apply(work.square, [3]))).toMatchObject({
      name: 'RedisRefusedError',
      message: expect.stringMatching(/refuses the certificate of Redis .*tls: \{ ca \}/) as string,
    });
  });

  test('the command says why it does not start', async () => {
    await using redis = await RedisServer.start({ password });
    const command = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
    const url = `redis://127.0.0.1:${redis.port}`;
    const program = new Program(command, { args: [fileURLToPath(modules), '--connection', url] });
    expect(await program.outcome).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^manycore-worker: RedisRefusedError: Redis at .* refuses worker host .*NOAUTH/) as string,
    });
  });

  test('a Redis that is not there is waited for, with a warning', async () => {
    await using redis = await RedisServer.start();
    await redis.kill();
    const warned = once(process, 'warning');
    await using pool = new ClusterPool({ connection: redis.url, lease, name: 'lonely' });
    const call = pool.apply(work.square, [3]);
    const [warning] = (await warned) as [Error];
    expect(warning.message).toMatch(/^lonely: Redis cannot be reached at 127\.0\.0\.1:\d+ \(connect ECONNREFUSED/);
    await redis.run();
    await using host = await startHost({ url: redis.url, lease });
    expect(await call).toBe(9);
    expect(host.hasEnded).toBe(false);
  });
});
