import { hasCode, pack, unpack } from '@manycore/core/internal';
import { SharedMemory } from '@manycore/memory';
import { expectNoLeaks, portable, Program, repeat, runProgram, until } from '@manycore/testing';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';

import { crew, mixedCrew, Party, scopes } from './support/crew.js';
import { fileOf, freshName, namesLike, trackersOf } from './support/names.js';
import { startSharing } from './support/start-sharing.js';

expectNoLeaks({ prepare: startSharing });

const fixture = (name: string): URL => new URL(`./fixtures/${name}`, import.meta.url);

function code(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return 'no error';
}

afterEach(async () => {
  await until(() => trackersOf(process.pid).length === 0, { what: 'the end of the tracker' });
  expect(namesLike()).toEqual([]);
});

describe.each(scopes)('SharedMemory, scope %s', (scope) => {
  test('has its size, is all zero, and shares its bytes', async () => {
    using memory = new SharedMemory({ size: 100_001, scope });
    expect(memory.size).toBe(100_001);
    expect(memory.scope).toBe(scope);
    expect(memory.name).toBeUndefined();
    expect(memory.bytes).toHaveLength(100_001);
    expect(memory.bytes.every((byte) => byte === 0)).toBe(true);
    expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    await using parties = mixedCrew(scope);
    for (const party of parties) {
      memory.bytes[100_000] = 5;
      expect(await party.tell('poke', memory, 100_000, 6)).toBe(5);
      expect(memory.bytes[100_000]).toBe(6);
      expect(await party.tell('describe', memory)).toEqual({ size: 100_001, bytes: 100_001 });
    }
  });

  test('comes from another party, and outlives it', async () => {
    await using parties = crew(scope, 2);
    const [maker, other] = parties;
    const memory = await maker?.tell<SharedMemory>('makeMemory', { size: 64, scope });
    await maker?.kill();
    if (!memory) throw new Error('no memory');
    memory.bytes[1] = 77;
    expect(await other?.tell('poke', memory, 1, 78)).toBe(77);
    expect(memory.bytes[1]).toBe(78);
    memory.close();
  });

  test('says so when it is used after it was closed; views stay valid', async () => {
    const memory = new SharedMemory({ size: 16, scope });
    const { bytes } = memory;
    bytes[0] = 1;
    memory.close();
    memory.close();
    expect(() => memory.bytes).toThrow('cannot use the shared memory: it was closed here');
    expect(code(() => memory.buffer)).toBe('MANYCORE_CLOSED');
    await using party = new Party('thread');
    await expect(party.tell('describe', memory)).rejects.toThrow(/cannot send the shared memory/);
    expect(memory.size).toBe(16);
    expect(bytes[0]).toBe(1);
  });

  test.each([0, -1, 0.5, NaN, '8'])('cannot have the size %s', (size) => {
    expect(() => new SharedMemory({ size: size as number, scope })).toThrow(
      /size must be a positive whole number/,
    );
  });

  test('without a name has nothing to unlink', () => {
    using memory = new SharedMemory({ size: 1, scope });
    expect(() => memory.unlink()).toThrow('this shared memory has no name to unlink');
  });
});

describe.skipIf(portable)('SharedMemory with a name', () => {
  test('is found by the name, and has exactly its size', async () => {
    const name = freshName();
    using memory = new SharedMemory({ size: 1000, name });
    expect(memory.scope).toBe('processes');
    expect(statSync(fileOf(name)).size).toBe(1000);
    expect(statSync(fileOf(name)).mode & 0o777).toBe(0o600);
    using same = SharedMemory.attach(name);
    memory.bytes[999] = 9;
    expect([same.size, same.name, same.bytes[999]]).toEqual([1000, name, 9]);
    await using party = new Party('process');
    expect(await party.tell('attachAndPoke', name, 999, 10)).toBe(9);
    expect(memory.bytes[999]).toBe(10);
    expect(await party.tell('describe', memory)).toEqual({ size: 1000, name, bytes: 1000 });
    memory.unlink();
  });

  test('is gone after unlink for new users, not for those that have it', async () => {
    const name = freshName();
    using memory = new SharedMemory({ size: 10, name });
    await using party = new Party('process');
    await party.tell('attachAndPoke', name, 0, 1);
    memory.unlink();
    expect(code(() => memory.unlink())).toBe('MANYCORE_NAME_NOT_FOUND');
    expect(() => SharedMemory.attach(name)).toThrow(`there is no shared memory named "${name}"`);
    // It still crosses as a handle.
    expect(await party.tell('poke', memory, 0, 2)).toBe(1);
    using again = new SharedMemory({ size: 20, name });
    expect(again.bytes[0]).toBe(0);
    memory.close();
    again.unlink();
  });

  test('is refused while another has the name', () => {
    const name = freshName();
    using memory = new SharedMemory({ size: 10, name });
    expect(code(() => new SharedMemory({ size: 10, name }))).toBe('MANYCORE_NAME_TAKEN');
    expect(statSync(fileOf(name)).size).toBe(10);
    memory.unlink();
  });

  test.each(['', '.', '..', 'a/b', '/a', 'a\0b', 'x'.repeat(256)])('cannot be %j', (name) => {
    expect(() => new SharedMemory({ size: 10, name })).toThrow(/cannot name a shared memory/);
    expect(() => SharedMemory.attach(name)).toThrow(RangeError);
  });

  test('takes odd names that are file names', () => {
    for (const odd of [' ', '*', '$(x)', "'", '-rf', 'ü']) {
      const name = `${freshName()}${odd}`;
      using memory = new SharedMemory({ size: 10, name });
      expect(existsSync(fileOf(name))).toBe(true);
      memory.unlink();
    }
  });

  test('is for processes', () => {
    expect(() => new SharedMemory({ size: 10, name: freshName(), scope: 'threads' })).toThrow(
      `a name is for other processes: leave it out, or set scope 'processes'`,
    );
    expect(() => new SharedMemory({ size: 10, name: 5 as never })).toThrow(TypeError);
  });

  test('that is larger than the machine is refused before anything happens', () => {
    const name = freshName();
    expect(() => new SharedMemory({ size: 2 ** 45, name })).toThrow(/at most 4294967296 are possible/);
    expect(existsSync(fileOf(name))).toBe(false);
  });

  test('must have bytes to attach to', () => {
    const name = freshName();
    writeFileSync(fileOf(name), '');
    try {
      expect(() => SharedMemory.attach(name)).toThrow(/has no bytes/);
    } finally {
      rmSync(fileOf(name));
    }
  });

  test('closes what it opened', async () => {
    const descriptors = (): number => readdirSync('/proc/self/fd').length;
    new SharedMemory({ size: 1, scope: 'processes' }).close();
    const before = descriptors();
    for (let round = 0; round < 20; round += 1) {
      const name = freshName();
      const memory = new SharedMemory({ size: 10, name });
      const same = SharedMemory.attach(name);
      memory.unlink();
      memory.close();
      same.close();
    }
    await until(() => descriptors() <= before);
  });
});

describe('the name of a shared memory whose maker ends', () => {
  test.each(['natural end', 'process.exit', 'uncaught', 'thread'])('goes: %s', async (how) => {
    const name = freshName();
    await runProgram(fixture('name-and-end.mjs'), { args: [name, how] });
    await until(() => !existsSync(fileOf(name)));
  });

  test(
    'goes when all processes that have it are killed',
    repeat(async () => {
      const name = freshName();
      await using program = new Program(fixture('name-and-end.mjs'), {
        args: [name, 'stay'],
        allowSurvivors: true,
      });
      await program.line(/ready/);
      await until(() => trackersOf(program.pid).length === 1);
      using memory = SharedMemory.attach(name);
      expect(existsSync(fileOf(name))).toBe(true);
      program.kill('SIGKILL');
      await until(() => !existsSync(fileOf(name)));
      memory.bytes[0] = 1;
    }),
  );

  test('stays when it belongs to another by then', async () => {
    const name = freshName();
    await using program = new Program(fixture('name-and-end.mjs'), { args: [name, 'stay'] });
    await program.line(/ready/);
    using first = SharedMemory.attach(name);
    first.unlink();
    using second = new SharedMemory({ size: 10, name });
    program.kill('SIGKILL');
    await until(() => program.hasEnded && program.descendants().length === 0);
    expect(existsSync(fileOf(name))).toBe(true);
    second.unlink();
  });
});

describe(`Python's multiprocessing.shared_memory`, () => {
  test('attaches to ours', async () => {
    const name = freshName();
    using memory = new SharedMemory({ size: 1000, name });
    memory.bytes.set([1, 2, 3]);
    const { stdout } = await promisify(execFile)('python3', ['-c', attachInPython, name]);
    expect(stdout.trim()).toBe('1000 [1, 2, 3]');
    expect(memory.bytes[999]).toBe(42);
    memory.unlink();
  });

  test('makes what we attach to', async () => {
    const python = spawn('python3', ['-c', makeInPython], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface(python.stdout)[Symbol.asyncIterator]();
    const next = async (): Promise<string> => String((await lines.next()).value);
    const name = await next();
    const memory = SharedMemory.attach(name);
    expect([memory.size, memory.bytes[0]]).toEqual([300, 7]);
    memory.bytes[1] = 99;
    python.stdin.end('\n');
    expect(await next()).toBe('99');
    await once(python, 'exit');
    expect(() => SharedMemory.attach(name)).toThrow(/there is no shared memory named/);
    expect(memory.bytes[0]).toBe(7);
    memory.close();
  });
});

test('what was closed before it arrived arrives all the same', async () => {
  const memory = new SharedMemory({ size: 10, scope: 'processes' });
  memory.bytes[9] = 5;
  const { packed } = pack(memory, 'process', 'memory');
  memory.close();
  const arrived = (await unpack(packed)) as SharedMemory;
  expect(arrived.bytes[9]).toBe(5);
  arrived.close();
});

test('what has a name, and was closed before it arrived, is gone and says so', async () => {
  const memory = new SharedMemory({ size: 10, name: freshName() });
  const { packed } = pack(memory, 'process', 'memory');
  memory.close();
  memory.unlink();
  await expect(unpack(packed)).rejects.toThrow(/its sender ended, or closed it/);
});

test.skipIf(portable)('errors have stable codes', () => {
  try {
    SharedMemory.attach(freshName());
  } catch (error) {
    expect(hasCode(error, 'MANYCORE_NAME_NOT_FOUND')).toBe(true);
  }
});

/** Python before 3.13 unlinks at its exit what it only attached to, unless it is told not to. */
const attachInPython = `
import sys
from multiprocessing import resource_tracker, shared_memory
memory = shared_memory.SharedMemory(name=sys.argv[1])
resource_tracker.unregister(memory._name, 'shared_memory')
print(memory.size, list(memory.buf[:3]))
memory.buf[999] = 42
memory.close()
`;

const makeInPython = `
import sys
from multiprocessing import shared_memory
memory = shared_memory.SharedMemory(create=True, size=300)
memory.buf[0] = 7
print(memory.name, flush=True)
sys.stdin.readline()
print(memory.buf[1], flush=True)
memory.close()
memory.unlink()
`;
