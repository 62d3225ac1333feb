import { mkdtemp, readFile, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectNoLeaks, runProgram } from '@manycore/testing';
import { expect, test } from 'vitest';
import { noRedis, RedisServer } from './support/redis.js';

expectNoLeaks();

test.skipIf(noRedis !== undefined)('the first program of the README runs', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, program = ''] = /```ts no-run\n(.*?)```/s.exec(readme) ?? [];
  const expected = [...program.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line);
  await using redis = await RedisServer.start();
  const folder = await mkdtemp(join(tmpdir(), 'manycore-readme-'));
  try {
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await mkdir(join(folder, 'node_modules', '@manycore'), { recursive: true });
    await symlink(fileURLToPath(new URL('..', import.meta.url)), join(folder, 'node_modules', '@manycore', 'cluster'));
    // Without its types it is JavaScript but for `await using`, which not every Node knows: so tsx runs it.
    await writeFile(join(folder, 'program.ts'), program);
    const { lines, exitCode } = await runProgram(join(folder, 'program.ts'), { env: { REDIS_URL: redis.url } });
    expect(lines).toEqual(expected);
    expect(exitCode).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
