// How a pool's threads and processes are made: their environment, command line and priority.
import { ProcessPool, ThreadPool } from '@manycore/pool';
import { expectNoLeaks } from '@manycore/testing';
import { getPriority } from 'node:os';
import { describe, expect, test } from 'vitest';
import * as work from './fixtures/work.mjs';
import { startSharing, withPool } from './pool-kinds.js';

expectNoLeaks({ prepare: startSharing });

/** The options that both kinds of workers have in common. */
interface Surroundings {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly execArgv?: readonly string[];
  readonly argv?: readonly string[];
  readonly nice?: number;
}

describe.each([
  ['ThreadPool', (options: Surroundings) => new ThreadPool({ ...options, workers: 1 })],
  ['ProcessPool', (options: Surroundings) => new ProcessPool({ ...options, workers: 1 })],
] as const)('%s', (_name, make) => {
  test('env, argv and execArgv, in blocking calls too', async () => {
    const env: Record<string, string | undefined> = { PATH: process.env['PATH'], STAGE: 'test', NONE: undefined };
    const pool = make({ env, argv: ['--fast', 'ü b'], execArgv: ['--no-warnings'] });
    // A pool takes its options as they are when it is made.
    env['STAGE'] = 'changed';
    await withPool(pool, async () => {
      for (const seen of [await pool.apply(work.surroundings), pool.applySync(work.surroundings)]) {
        expect(seen).toMatchObject({ argv: ['--fast', 'ü b'], execArgv: ['--no-warnings'] });
        expect(seen.env).toMatchObject({ STAGE: 'test' });
        expect(Object.keys(seen.env)).not.toContain('NONE');
        expect(Object.keys(seen.env)).not.toContain('HOME');
      }
    });
  });

  test('process.env itself as env', async () => {
    await withPool(make({ env: process.env }), async (pool) => {
      expect((await pool.apply(work.surroundings)).env['PATH']).toBe(process.env['PATH']);
      expect(pool.applySync(work.surroundings).env['PATH']).toBe(process.env['PATH']);
    });
  });

  test.runIf(process.platform === 'linux')('nice, of replacements and in blocking calls too', async () => {
    await withPool(make({ nice: 6 }), async (pool) => {
      expect((await pool.apply(work.surroundings)).nice).toBe(6);
      await expect(pool.apply(work.exit, [3])).rejects.toThrow('exit code 3');
      expect((await pool.apply(work.surroundings)).nice).toBe(6);
      expect(pool.applySync(work.surroundings).nice).toBe(6);
      expect(getPriority()).toBe(0);
    });
  });

  test.each<[string, object]>([
    ['env must be an object of strings', { env: ['A=1'] }],
    ['env.PORT must be a string, not number', { env: { PORT: 80 } }],
    ['argv must be an array of strings', { argv: 'a' }],
    ['execArgv must be an array of strings', { execArgv: [5] }],
    ['nice must be a whole number from -20 (runs first) to 19 (runs last), not 20', { nice: 20 }],
    ['nice must be a number, not string', { nice: '5' }],
  ])('refused when it is made: %s', (message, options) => {
    expect(() => make(options)).toThrow(message);
  });
});

test('what only one kind of workers takes', () => {
  expect(() => new ThreadPool({ execArgv: ['--expose-gc'] })).toThrow('execArgv: a thread cannot have --expose-gc');
  expect(() => new ThreadPool({ resourceLimits: { stackSizeMb: -1 } })).toThrow('stackSizeMb must be above 0');
  expect(() => new ProcessPool({ cwd: 5 as never })).toThrow('cwd must be the path of a folder');
  expect(() => new ProcessPool({ stdio: 'pipes' as never })).toThrow(`stdio must be 'inherit'`);
});
