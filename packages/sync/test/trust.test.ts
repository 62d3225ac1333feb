// A program constructs what arrives from classes that it, or its parent, knows; no message makes it
// import anything. (A segment that came from elsewhere stays open until the garbage collector comes, so there
// is no leak check.)
import { registerHandle, unpack } from '@manycore/core/internal';
import { Process } from '@manycore/process';
import { Barrier, Lock } from '@manycore/sync';
import { portable, runProgram } from '@manycore/testing';
import { Thread } from '@manycore/thread';
import { describe, expect, test } from 'vitest';

const fooled = globalThis as { manycoreWasFooled?: boolean };
const makeAll = new URL('fixtures/make-all.mjs', import.meta.url);
const classOf = {
  module: new URL('../../core/test/fixtures/targets/class-of.mjs', import.meta.url),
  name: 'classOf',
};

describe.each([
  ['thread', Thread],
  ['process', Process],
] as const)('%s', (_, Activity) => {
  test('a worker loads the class of a handle that its parent sends', async () => {
    const lock = new Lock({ scope: 'processes' });
    const worker = new Activity({ target: classOf, args: [lock] as never }).start();
    expect(await worker.result).toBe('Lock');
    await worker.join();
  });

  test('the action of a Barrier is not imported because a message names its module', async () => {
    const worker = new Activity({ target: { module: makeAll, name: 'answerWithBarrier' } }).start();
    const barrier = (await worker.result) as Barrier;
    expect(barrier).toBeInstanceOf(Barrier);
    await expect(barrier.wait()).rejects.toMatchObject({ code: 'MANYCORE_ACTION_NOT_LOADED' });
    expect(fooled.manycoreWasFooled).toBeUndefined();
    worker.terminate();
    await worker.join();
  });
});

test.skipIf(portable)("a program loads manycore's own packages for what arrives", async () => {
  const { lines } = await runProgram(new URL('fixtures/programs/receives.mjs', import.meta.url));
  expect(lines).toEqual([
    'Barrier BoundedSemaphore Condition Event Latch Lock RLock RWLock Semaphore Value SharedArray SharedMemory',
  ]);
});

describe('a handle with a state that no handle has', () => {
  const names = [
    'Barrier', 'BoundedSemaphore', 'Condition', 'Event', 'Latch', 'Lock', 'RLock', 'RWLock', 'Semaphore',
    'Value', 'SharedArray', 'SharedMemory', 'SharedBlock', 'Guard',
  ];
  const states: readonly unknown[] = [
    undefined,
    null,
    5,
    'text',
    [],
    {},
    { block: undefined },
    { block: {} },
    { block: { words: new Int32Array(0), scope: 'threads' } },
    { block: { words: 5, bytes: {}, byteLength: -1, scope: 'processes' }, action: { module: 5 } },
    { scope: 'threads' },
    { scope: 'threads', buffer: new SharedArrayBuffer(4), offset: 1e9, byteOffset: -1, byteLength: 1e9 },
    { scope: 'processes' },
    { scope: 'processes', segment: -1, offset: NaN, byteLength: 'x', pid: -1, fd: 1e9, id: {} },
    { action: { module: 'data:text/javascript,globalThis.manycoreWasFooled = true', name: 'x' } },
    JSON.parse('{"__proto__": {"block": {}}, "constructor": 1}'),
  ];

  test.each(names)('%s', async (name) => {
    for (const state of states) {
      const slot = {};
      const part = { kind: 'handle', slot, name, module: 'data:text/javascript,0', state } as const;
      const outcome: unknown = await unpack([slot, [part]]).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject({ code: expect.stringMatching(/^MANYCORE_/) as string });
      }
    }
    expect(fooled.manycoreWasFooled).toBeUndefined();
  });
});

test('a class of the program itself must be registered where it arrives', async () => {
  class Own {
    readonly label = 'own';
  }
  const slot = {};
  const packed = [slot, [{ kind: 'handle', slot, name: 'Own', module: 'file:///own.js', state: 1 }]] as const;
  await expect(unpack(packed)).rejects.toThrow(
    'a Own arrived, but its class is not loaded here: import the module that registers it',
  );
  registerHandle(Own, {
    name: 'Own',
    module: import.meta.url,
    scope: () => 'threads',
    detach: ({ label }) => label,
    attach: () => new Own(),
  });
  expect(await unpack(packed)).toBeInstanceOf(Own);
});
