import { handleTypeOf } from '@manycore/core/internal';
import { Connection, JoinableQueue, LifoQueue, pipe, PriorityQueue, Queue, QueueCorruptedError } from '@manycore/queue';
import { runProgram } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

const script = new URL('fixtures/hostile-memory.mjs', import.meta.url);

/** How many times the memory is overwritten for each kind: `REPEAT` sets it. */
const rounds = process.env['REPEAT'] ?? '30';

describe.each(['threads', 'processes'])('memory that was overwritten at random, scope %s', (scope) => {
  test.concurrent.each(['Queue', 'JoinableQueue', 'LifoQueue', 'PriorityQueue', 'pipe'])(
    '%s: every call comes to a value or an error by name',
    async (kind) => {
      const { lines, exitCode } = await runProgram(script, { args: [kind, scope, '1', rounds] });
      expect(lines).toEqual(['polluted: 0', 'all settled']);
      expect(exitCode).toBe(0);
    },
  );
});

type Words = Int32Array;

/** The memory behind a queue or connection. */
function memoryOf(handle: object): { readonly words: Words; readonly bytes: Uint8Array } {
  const state = handleTypeOf(handle)?.detach(handle, 'process') as { block: { words: Words; bytes: Uint8Array } };
  return state.block;
}

/** Where things lie in a ring: see src/ring/layout.ts. */
const [tail, knownTail, head, firstRecord] = [17, 37, 33, 96];

describe('a ring that lies', () => {
  function ringOf(queue: Queue<unknown>): Words {
    return memoryOf(queue).words;
  }

  test.each<[string, (words: Words) => void]>([
    ['a position beyond the ring', (words) => (words[tail] = -1)],
    ['a position behind the reader', (words) => (words[head] = 8)],
    ['a length below zero', (words) => (words[firstRecord] = -5)],
    ['a length beyond the ring', (words) => (words[firstRecord] = 2 ** 30)],
    ['a length beyond what was published', (words) => (words[firstRecord] = 1000)],
    ['a gap where there is none', (words) => (words[firstRecord + 1] = 4)],
    ['a kind that does not exist', (words) => (words[firstRecord + 1] = 3 | (14 << 3))],
    ['a class of binary data that does not exist', (words) => (words[firstRecord + 1] = 3 | (200 << 3))],
    ['text as JSON', (words) => (words[firstRecord + 1] = 3 | (8 << 3))],
    ['text as the engine’s own format', (words) => (words[firstRecord + 1] = 3 | (10 << 3))],
    ['text as a record', (words) => (words[firstRecord + 1] = 3 | (12 << 3))],
  ])('%s: get and put settle, and an error is by name', async (_, lie) => {
    const queue = new Queue<unknown>({ capacity: 1024 });
    await queue.put('some text');
    lie(ringOf(queue));
    const got: unknown = await queue.get({ timeout: 20 }).catch((error: unknown) => error);
    if (got instanceof Error) expect(got).toHaveProperty('code', expect.stringMatching(/^MANYCORE_/));
    const put: unknown = await queue.put('more', { timeout: 20 }).catch((error: unknown) => error);
    if (put instanceof Error) expect(put).toHaveProperty('code', expect.stringMatching(/^MANYCORE_/));
    queue.close();
    expect(queue.closed).toBe(true);
  });

  test('the error names what is wrong, in every form, and says what to do', async () => {
    const queue = new Queue<unknown>({ capacity: 1024 });
    await queue.put('some text');
    ringOf(queue)[firstRecord] = -5;
    await expect(queue.get()).rejects.toThrow(QueueCorruptedError);
    expect(() => queue.getSync()).toThrow('a record of -5 bytes');
    expect(() => queue.tryGet()).toThrow('Close it and make a new one');
    await expect(queue[Symbol.asyncIterator]().next()).rejects.toThrow(QueueCorruptedError);
    ringOf(queue)[knownTail] = -9;
    await expect(queue.get()).rejects.toThrow(QueueCorruptedError);
  });

  test('a record cannot set a prototype', async () => {
    const queue = new Queue<unknown>();
    await queue.put({ aaaaaaaaa: null, b: 1 });
    const { bytes } = memoryOf(queue);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const at = text.indexOf('aaaaaaaaa');
    text.write('__proto__', at, 'latin1');
    await expect(queue.get()).rejects.toThrow('the key __proto__');
  });

  test('links of cells in a circle', async () => {
    const queue = new LifoQueue<string>({ capacity: 4096 });
    await queue.put('x'.repeat(1000));
    const { words } = memoryOf(queue);
    // Every cell leads to the first one: so many words are a cell.
    for (let at = 112 + 1; at < words.length; at += 32) words[at] = 0;
    await queue.get({ timeout: 20 }).catch((error: unknown) => error);
    await queue.put('y', { timeout: 20 }).catch((error: unknown) => error);
    queue.close({ immediate: true });
    expect(queue.closed).toBe(true);
  });
});

describe('a handle that lies is refused by name', () => {
  const states: readonly unknown[] = [undefined, null, 7, 'x', [], {}, { block: null }, { block: {} }, { block: { words: [] } }];

  test.each([Queue, JoinableQueue, LifoQueue, PriorityQueue, Connection])('%o', (constructor) => {
    const type = handleTypeOf(constructor.prototype as object);
    for (const state of states) expect(() => type?.attach(state)).toThrow(QueueCorruptedError);
    // Memory that holds something else.
    const { block } = handleTypeOf(new Queue())?.detach(new Queue({ capacity: 1024 }), 'process') as {
      block: { words: Words };
    };
    block.words.fill(-1);
    expect(() => type?.attach({ block, passage: { offers: 7, token: 'x' } })).toThrow(QueueCorruptedError);
    block.words.fill(0);
    expect(() => type?.attach({ block })).toThrow(QueueCorruptedError);
  });

  test('a connection with a slot and an end that do not exist is one of the first end', () => {
    const [here, there] = pipe();
    const type = handleTypeOf(here);
    const state = type?.detach(here, 'thread') as object;
    for (const wrong of [{ slot: -1 }, { slot: 1e9 }, { slot: 17 }, { slot: NaN }, { end: 7 }, { sender: 'x' }, { end: '__proto__' }]) {
      const connection = type?.attach({ ...state, ...wrong }) as Connection;
      expect(connection.closed).toBe(false);
      connection.close();
    }
    expect(there.closed).toBe(false);
  });
});
