// Each encoding of a queue's messages, with damaged bytes: each input is a value, or an error by name.
import { ManycoreError } from '@manycore/core';
import { handleTypeOf } from '@manycore/core/internal';
import { PriorityQueue, Queue } from '@manycore/queue';
import { fuzz, fuzzTimeout, type Random } from '@manycore/testing';
import { describe, expect, test } from 'vitest';

/** With a short stack: a message must have room without a reader. */
const error = Object.assign(new RangeError('no', { cause: 'a text' }), { stack: 'RangeError: no\n    at f (a.mjs:1:1)' });

const values: Readonly<Record<string, unknown>> = {
  'ASCII text': 'text of one byte a character',
  'UTF-8 text': 'é€'.repeat(20),
  'UTF-16 text': `\ud800${'€'.repeat(40)}`,
  'a number': 1.5,
  'a record': { id: 1, name: 'x', done: true, none: null, missing: undefined },
  'ASCII JSON': { list: [1, 2, { three: 3 }] },
  'UTF-8 JSON': { list: ['é', ['€']] },
  'structured: a map': new Map([['k', { v: 1n }]]),
  'structured: an error': error,
  bytes: new Uint8Array([1, 2, 3, 4, 5]),
  'structured: views': { a: new Float64Array([1, 2]), b: new Date(0), c: /x/g },
  'a long text': 'large'.repeat(400),
};

interface Memory {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
}

function memoryOf(queue: object): Memory {
  return (handleTypeOf(queue)?.detach(queue, 'process') as { block: Memory }).block;
}

/** Where the values begin: behind the words of the protocol, which hostile-memory.test.ts overwrites. */
const firstRecord = 96 * 4;

function damage({ bytes }: Memory, length: number, random: Random): void {
  const end = Math.min(bytes.length, firstRecord + length);
  const times = random.of([1, 1, 2, 8]);
  for (let i = 0; i < times; i += 1) {
    const at = firstRecord + random.below(end - firstRecord);
    if (random.below(3) === 0) bytes[at] = random.of([0, 1, 10, 34, 92, 95, 123, 125, 127, 128, 255]);
    else bytes[at] = random.below(256);
  }
}

const few = 600;
const byName = (error: unknown): boolean => error instanceof ManycoreError;

describe.each(Object.entries(values))('%s', (title, value) => {
  test('Queue', { timeout: fuzzTimeout(few) }, async () => {
    const { values: read } = await fuzz(
      few,
      (random) => {
        const queue = new Queue<unknown>({ capacity: 4096 });
        queue.putSync(value, { timeout: 0 });
        damage(memoryOf(queue), title === 'a long text' ? 2100 : 200, random);
        // Once more, behind it: what one message does must not keep the next from an end.
        const taken = [queue.tryGet(), queue.tryGet()];
        queue.close();
        for (const item of taken) expect(isPlainOrBuiltIn(item)).toBe(true);
      },
      byName,
    );
    expect(read).toBeGreaterThan(0);
  });
});

test('PriorityQueue', { timeout: fuzzTimeout(few) }, async () => {
  const all = Object.values(values);
  const { values: read } = await fuzz(
    few,
    (random) => {
      const queue = new PriorityQueue<unknown>({ capacity: 16384 });
      for (const priority of [2, 1]) queue.putSync([priority, random.of(all)], { timeout: 0 });
      const memory = memoryOf(queue);
      damage(memory, memory.bytes.length - firstRecord, random);
      queue.tryGet();
      queue.tryGet();
      queue.close();
    },
    byName,
  );
  expect(read).toBeGreaterThan(0);
});

/** Whether an object's prototype is one that decoders give: never an object that came in the message. */
function isPlainOrBuiltIn(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.hasOwn(prototype as object, 'constructor');
}
