import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '@manycore/testing';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('fixtures/bundle/', import.meta.url));

test('a program in one minified file runs what task and tasks gave names', async () => {
  // In this package, so that it finds manycore, which is no part of the bundle, and where no gate looks meanwhile.
  const cache = fileURLToPath(new URL('../.cache/', import.meta.url));
  await mkdir(cache, { recursive: true });
  const place = await mkdtemp(join(cache, 'minified-'));
  try {
    const outfile = join(place, 'main.mjs');
    await build({
      entryPoints: [join(folder, 'main.ts')],
      outfile,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
    });
    const { lines, exitCode } = await runProgram(outfile);
    expect(lines).toEqual(['names: true,true,true', '3 hello a 8', '3 hello a 8']);
    expect(exitCode).toBe(0);
  } finally {
    await rm(place, { recursive: true });
  }
});
