// What a worker that lies may send in the place of a value: each input is a value, or an error by name.
import { ManycoreError, task } from '@manycore/core';
import { connect, createMemoryChannel, pack, type Packed, unpack, unpackSync } from '@manycore/core/internal';
import { fuzz, fuzzTimeout, mutated, mutatedBytes, randomBytes, type Random } from '@manycore/testing';
import { serialize } from 'node:v8';
import { expect, test } from 'vitest';

const looping: Record<string, unknown> = { name: 'loop' };
looping['self'] = looping;

const values: readonly unknown[] = [
  1,
  'text',
  { a: [1, { b: 2 }], c: new Map([['k', { v: 1 }]]) },
  looping,
  new RangeError('out of range', { cause: new SyntaxError('inner') }),
  new AggregateError([new Error('a'), new ManycoreError('MANYCORE_TEST', 'b')], 'many'),
  new DOMException('stopped', 'AbortError'),
  { error: Object.assign(new Error('with properties'), { code: 'E', data: { list: [1, 2] } }) },
];
const packed = values.map((value) => pack(value, 'process', 'value').packed);
const inner = packed.map((each) => serialize(each));
const few = 3000;

function lie(random: Random): Packed {
  const way = random.below(5);
  if (way === 0) return [mutatedBytes(random.of(inner), random), undefined, true] as unknown as Packed;
  if (way === 1) return [randomBytes(random.below(40), random), undefined, true] as unknown as Packed;
  return mutated(random.of(packed), random) as Packed;
}

const byName = (error: unknown): boolean => error instanceof ManycoreError;

test('unpack', { timeout: fuzzTimeout(few) }, async () => {
  const outcome = await fuzz(few, (random) => unpack(lie(random)), byName);
  expect(outcome.errors).toBeGreaterThan(0);
  expect(outcome.values).toBeGreaterThan(0);
});

test('unpackSync', { timeout: fuzzTimeout(few) }, async () => {
  const outcome = await fuzz(few, (random) => unpackSync(lie(random)), byName);
  expect(outcome.errors).toBeGreaterThan(0);
  expect(outcome.values).toBeGreaterThan(0);
});

const nothing = task(import.meta.url, function nothing(): void {
  // Never runs: the other side only lies.
});

test('answers to a call: each call ends', { timeout: fuzzTimeout(few) }, async () => {
  const answers = packed.map((value) => ({ kind: 'answer', id: 1, outcome: 'returned', value }));
  const messages = [
    ...answers,
    ...answers.map((answer) => ({ ...answer, outcome: 'threw' })),
    { kind: 'idle', id: 1 },
    { kind: 'unreadable', reason: 'text' },
    { kind: 'check', ids: [1] },
  ];
  const outcome = await fuzz(
    few,
    async (random) => {
      const [here, there] = createMemoryChannel('process');
      const caller = connect(here, () => new ManycoreError('MANYCORE_TEST', 'closed'));
      const result = caller.call({ module: import.meta.url, name: nothing.name }, []);
      for (let i = 0; i < 3; i += 1) there.post(mutated(random.of(messages), random));
      there.close();
      await result;
    },
    // What it threw is thrown, which is any value; of these none is a TypeError of its own.
    (error) => byName(error) || !(error instanceof TypeError),
  );
  expect(outcome.errors).toBeGreaterThan(0);
});

test('a value without parts is itself, whatever its keys', () => {
  const value = JSON.parse('{"__proto__":{"polluted":1},"constructor":1}') as object;
  const { packed: parcel } = pack(value, 'process', 'value');
  const arrived = unpackSync(structuredClone(parcel)) as object;
  expect(Object.keys(arrived)).toEqual(['__proto__', 'constructor']);
  expect(Object.getPrototypeOf(arrived)).toBe(Object.prototype);
});
