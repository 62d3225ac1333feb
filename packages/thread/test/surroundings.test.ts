// How Node's worker thread is made: its environment, command line and priority.
import { expectNoLeaks, portable } from '@manycore/testing';
import { Thread, Timer } from '@manycore/thread';
import { getPriority } from 'node:os';
import { describe, expect, test } from 'vitest';
import { add, describeSurroundings, niceOfThread } from './fixtures/work.mjs';

expectNoLeaks();

type Options = Omit<ConstructorParameters<typeof Thread>[0], 'target' | 'args'>;

async function surroundings(options: Options): Promise<ReturnType<typeof describeSurroundings>> {
  const thread = new Thread({ ...options, target: describeSurroundings }).start();
  const found = await thread.result;
  await thread.join();
  return found;
}

describe('env', () => {
  test("a copy of the starting thread's, as it is when the thread starts", async () => {
    process.env['MANYCORE_TEST'] = 'before start';
    try {
      const thread = new Thread({ target: describeSurroundings });
      process.env['MANYCORE_TEST'] = 'at start';
      thread.start();
      process.env['MANYCORE_TEST'] = 'after start';
      expect((await thread.result).env['MANYCORE_TEST']).toBe('at start');
      await thread.join();
    } finally {
      delete process.env['MANYCORE_TEST'];
    }
  });

  test('one that is given replaces it; what is undefined is left out', async () => {
    const { env } = await surroundings({ env: { PATH: '/nowhere', A: 'ü ', B: undefined } });
    expect(env).toEqual({ PATH: '/nowhere', A: 'ü ' });
    expect((await surroundings({ env: {} })).env).toEqual({});
    expect(process.env['PATH']).not.toBe('/nowhere');
  });

  test('process.env itself', async () => {
    expect((await surroundings({ env: process.env })).env['PATH']).toBe(process.env['PATH']);
  });
});

test('argv: what follows the program', async () => {
  expect((await surroundings({ argv: ['--fast', 'ü b'] })).argv).toEqual(['--fast', 'ü b']);
  expect((await surroundings({})).argv).toEqual([]);
});

describe('execArgv', () => {
  test('the options of its node, and no others', async () => {
    const execArgv = ['--no-warnings', '--conditions=custom'];
    expect((await surroundings({ execArgv })).execArgv).toEqual(execArgv);
    expect((await surroundings({ execArgv: [] })).execArgv).toEqual([]);
  });

  test.each([
    [['--expose-gc'], '--expose-gc'],
    [['--no-warnings', '--max-old-space-size=100', '--bogus'], '--max-old-space-size=100, --bogus'],
    [['--title=abc'], '--title=abc'],
    [['--import'], '--import requires an argument'],
  ])('%j: a thread cannot have it', (execArgv, named) => {
    const make = (): unknown => new Thread({ target: describeSurroundings, execArgv });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`execArgv: a thread cannot have ${named}; use a Process or ProcessPool`);
  });
});

describe.runIf(process.platform === 'linux' && !portable)('nice', () => {
  test("the thread's alone, and that of threads which it starts", async () => {
    const { nice, priorities } = await surroundings({ nice: 9 });
    expect(nice).toBe(9);
    expect(priorities).toMatchObject({ own: 9, main: getPriority() });
    const thread = new Thread({ target: niceOfThread, nice: 4 }).start();
    expect(await thread.result).toBe(4);
    await thread.join();
  });

  test('of a Timer', async () => {
    const timer = new Timer(1, describeSurroundings, { nice: 3, env: { A: '1' } }).start();
    expect(await timer.result).toMatchObject({ nice: 3, env: { A: '1' } });
    await timer.join();
  });
});

describe('what cannot be used is refused by name', () => {
  test.each<[string, object]>([
    ['env must be an object of strings', { env: 5 }],
    ['env must be an object of strings', { env: null }],
    ['env.PORT must be a string, not number', { env: { PORT: 80 } }],
    [`execArgv must be an array of strings, such as ['--no-warnings']`, { execArgv: '--no-warnings' }],
    ['execArgv must be an array of strings', { execArgv: [5] }],
    ['argv must be an array of strings', { argv: 'a' }],
    ['nice must be a number, not string', { nice: '5' }],
    ['nice must be a whole number from -20 (runs first) to 19 (runs last), not 20', { nice: 20 }],
    ['nice must be a whole number', { nice: 0.5 }],
  ])('%s', (message, options) => {
    expect(() => new Thread({ target: add, args: [1, 2], ...options })).toThrow(message);
  });
});
