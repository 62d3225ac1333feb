// What belongs to processes alone: their environment, folder, command line, streams and signals.
import { expectNoLeaks, portable, runProgram, until } from '@manycore/testing';
import { activeChildren, Process } from '@manycore/process';
import { once } from 'node:events';
import { mkdtempSync, openSync, closeSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  describeSurroundings,
  handleTermination,
  ignoreTermination,
  priorities,
  shout,
  sleep,
  writeTo,
} from './fixtures/reports.mjs';

expectNoLeaks();

type Options = Omit<ConstructorParameters<typeof Process>[0], 'target' | 'args'>;

async function surroundings(options: Options): Promise<ReturnType<typeof describeSurroundings>> {
  const child = new Process({ ...options, target: describeSurroundings }).start();
  const found = await child.result;
  await child.join();
  return found;
}

describe('env', () => {
  test("a copy of the parent's, as it is when the process starts", async () => {
    process.env['MANYCORE_TEST'] = 'before start';
    try {
      const child = new Process({ target: describeSurroundings });
      process.env['MANYCORE_TEST'] = 'at start';
      child.start();
      process.env['MANYCORE_TEST'] = 'after start';
      expect((await child.result).env['MANYCORE_TEST']).toBe('at start');
      await child.join();
    } finally {
      delete process.env['MANYCORE_TEST'];
    }
  });

  test('one that is given replaces it; what is undefined is left out', async () => {
    const { env } = await surroundings({ env: { PATH: '/nowhere', A: 'ü ', B: undefined } });
    expect(env).toMatchObject({ PATH: '/nowhere', A: 'ü ' });
    expect(Object.keys(env)).not.toContain('B');
    expect(Object.keys(env)).not.toContain('HOME');
  });
});

test('cwd: a path, or its URL', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'manycore test ')));
  try {
    expect((await surroundings({ cwd: folder })).cwd).toBe(folder);
    expect((await surroundings({ cwd: pathToFileURL(folder) })).cwd).toBe(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('execArgv: the options of its node, and no others', async () => {
  const { execArgv } = await surroundings({ execArgv: ['--expose-gc', '--stack-size=500'] });
  expect(execArgv).toEqual(['--expose-gc', '--stack-size=500']);
});

test('argv: what follows the program', async () => {
  expect((await surroundings({ argv: ['--fast', 'ü b'] })).argv).toEqual(['--fast', 'ü b']);
  expect((await surroundings({})).argv).toEqual([]);
});

describe.runIf(process.platform === 'linux')('nice', () => {
  test.skipIf(portable)('of all its threads, those of Node included', async () => {
    const child = new Process({ target: priorities, nice: 7 }).start();
    expect(await child.result).toEqual([7]);
    await child.join();
    expect(getPriority()).toBe(0);
  });

  test('without a privilege: none below its own, and the constructor says so', async () => {
    const { lines } = await runProgram(new URL('fixtures/unprivileged.mjs', import.meta.url));
    expect(lines).toEqual([
      'MANYCORE_NOT_PERMITTED nice cannot be -1: the system lets only privileged programs raise a priority; give it a ' +
        'higher number, or run this program with CAP_SYS_NICE or a limit (`ulimit -e`) that allows it',
      'started with 3',
      'MANYCORE_NOT_PERMITTED after that, 0 is too low for 5',
    ]);
  });
});

describe('stdio', () => {
  test('pipes', async () => {
    const child = new Process({ target: shout, stdio: 'pipe' });
    expect([child.stdin, child.stdout, child.stderr]).toEqual([null, null, null]);
    child.start();
    const { stdin, stdout, stderr } = child;
    if (!stdin || !stdout || !stderr) throw new Error('a stream is missing');
    const written = Promise.all([text(stdout), text(stderr)]);
    stdin.end('hello');
    expect(await written).toEqual(['HELLO', 'done\n']);
    await child.join();
    child.close();
  });

  test('a pipe that is not read does not keep a process that has ended', async () => {
    const child = new Process({ target: shout, stdio: ['ignore', 'pipe', 'pipe'] }).start();
    await child.join();
    expect(child.exitCode).toBe(0);
    expect(child.stdin).toBeNull();
    child.close();
  });

  test('descriptors, also further ones', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'manycore-'));
    const file = join(folder, 'out');
    try {
      const descriptor = openSync(file, 'w');
      const stdio: Options['stdio'] = ['ignore', 'ignore', 'ignore', 'ipc', descriptor];
      const child = new Process({ target: writeTo, args: [4], stdio }).start();
      closeSync(descriptor);
      expect(await child.result).toBe(7);
      await child.join();
      expect(readFileSync(file, 'utf8')).toBe('written');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('its end', () => {
  test('a process may handle SIGTERM; not SIGKILL', async () => {
    const polite = new Process({ target: handleTermination, stdio: ['ignore', 'pipe', 'inherit'] }).start();
    if (polite.stdout) await once(polite.stdout, 'data');
    polite.terminate();
    expect(await polite.result).toBe('handled');
    await polite.join();
    expect(polite.exitCode).toBe(0);
    polite.close();

    const killed = new Process({ target: sleep, args: [3_600_000] }).start();
    killed.kill();
    await killed.join();
    expect(killed.exitCode).toBe(-9);
    await expect(killed.result).rejects.toMatchObject({ name: 'WorkerDiedError', signal: 'SIGKILL' });
    killed.kill();
  });

  test('close: not while it runs; afterwards it cannot be started', async () => {
    const child = new Process({ target: sleep, args: [3_600_000] }).start();
    expect(() => child.close()).toThrow(/Process-\d+ cannot be closed while it runs; terminate\(\) it/);
    child.terminate();
    await child.join();
    child.close();
    child.close();
    const unstarted = new Process({ target: sleep, args: [1] });
    unstarted.close();
    expect(() => unstarted.start()).toThrow(/Process-\d+ is closed; make a new Process/);
  });

  test('closed, only its name can be read', async () => {
    const done = new Process({ target: sleep, args: [1], stdio: 'pipe' }).start();
    await done.join();
    const unstarted = new Process({ target: sleep, args: [1] });
    const awaited = unstarted.result;
    for (const child of [done, unstarted]) {
      child.close();
      expect(child.name).toMatch(/^Process-/);
      expect(child.daemon).toBe(false);
      const uses: Readonly<Record<string, () => unknown>> = {
        start: () => child.start(),
        join: () => child.join(),
        result: () => child.result,
        isAlive: () => child.isAlive(),
        exitCode: () => child.exitCode,
        pid: () => child.pid,
        terminate: () => child.terminate(),
        kill: () => child.kill(),
        stdin: () => child.stdin,
        stdout: () => child.stdout,
        stderr: () => child.stderr,
      };
      for (const [name, use] of Object.entries(uses)) {
        await expect(Promise.resolve().then(use), name).rejects.toMatchObject({ code: 'MANYCORE_CLOSED' });
      }
      await child[Symbol.asyncDispose]();
    }
    // A caller that waits for the result of one that will never start gets an error.
    await expect(awaited).rejects.toMatchObject({ code: 'MANYCORE_CLOSED' });
  });

  test('closed while it is being joined: refused, and the join ends as ever', async () => {
    const child = new Process({ target: sleep, args: [3_600_000] }).start();
    const join = child.join();
    expect(() => child.close()).toThrow(/cannot be closed while it runs/);
    child.kill();
    expect(() => child.close()).toThrow(/cannot be closed while it runs/);
    await join;
    child.close();
  });

  test('closed by an argument that is read at its start: it does not start', async () => {
    const trap = {
      get trap() {
        child.close();
        return 1;
      },
    };
    const child = new Process<typeof sleep>({ target: sleep, args: [trap as never] });
    expect(() => child.start()).toThrow(expect.objectContaining({ code: 'MANYCORE_CLOSED' }) as Error);
    await expect(child.result).rejects.toMatchObject({ code: 'MANYCORE_CLOSED' });
    expect(activeChildren()).toEqual([]);
  });

  test('one that ignores SIGTERM lives on until it is killed', async () => {
    const child = new Process({ target: ignoreTermination, stdio: ['ignore', 'pipe', 'inherit'] }).start();
    const { stdout } = child;
    if (!stdout) throw new Error('no stdout');
    let said = '';
    stdout.on('data', (data: Buffer) => (said += data.toString()));
    await until(() => said.includes('ready'));
    child.terminate();
    await until(() => said.includes('ignored'));
    expect(child.isAlive()).toBe(true);
    await expect(child.join({ timeout: 0 })).rejects.toMatchObject({ code: 'MANYCORE_TIMEOUT' });
    child.kill();
    await child.join();
    expect(child.exitCode).toBe(-9);
    child.close();
  });
});

describe('what cannot be used is refused by name', () => {
  test.each<[string, object]>([
    ['ignoreInterrupt must be true or false', { ignoreInterrupt: 1 }],
    ['env must be an object of strings', { env: 5 }],
    ['env must be an object of strings', { env: ['A=1'] }],
    ['env must be an object of strings', { env: null }],
    ['env.PORT must be a string, not number', { env: { PORT: 80 } }],
    ['cwd must be the path of a folder', { cwd: 5 }],
    ['cwd must be a path or a file: URL, not http://localhost/', { cwd: new URL('http://localhost/') }],
    ['execArgv must be an array of strings', { execArgv: '--expose-gc' }],
    ['execArgv must be an array of strings', { execArgv: [5] }],
    ["argv must be an array of strings, such as ['--verbose']", { argv: 'a' }],
    ['argv must be an array of strings', { argv: [null] }],
    ['nice must be a number, not string', { nice: '5' }],
    ['nice must be a number, not null', { nice: null }],
    [`stdio must be 'inherit', 'pipe'`, { stdio: 'pipes' }],
    [`stdio must be 'inherit', 'pipe'`, { stdio: 5 }],
    [`stdio must be 'inherit', 'pipe'`, { stdio: ['pipe', 'out'] }],
  ])('%s', (message, options) => {
    const make = (): unknown => new Process({ target: sleep, args: [1], ...options });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });

  test.each([20, -21, 1.5, NaN])('nice must be a whole number from -20 to 19, not %d', (nice) => {
    expect(() => new Process({ target: sleep, args: [1], nice })).toThrow(RangeError);
    expect(() => new Process({ target: sleep, args: [1], nice })).toThrow(`not ${nice}`);
  });

  test('a folder that is not there', async () => {
    const child = new Process({ target: sleep, args: [1], cwd: '/no/such/folder' }).start();
    await child.join();
    expect(child.exitCode).toBe(1);
    expect(child.pid).toBeUndefined();
    await expect(child.result).rejects.toThrow(
      'before its target returned: it could not be started: its cwd /no/such/folder is no folder',
    );
  });
});
