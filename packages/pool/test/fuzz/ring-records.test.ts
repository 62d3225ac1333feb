// The rings between a pool, or a thread that leases a worker, and that worker: whatever the other side wrote to their
// memory, reading and writing come to a value or to an error by name.
import { ManycoreError } from '@manycore/core';
import { fuzz, fuzzTimeout, type Random } from '@manycore/testing';
import { describe, expect, test } from 'vitest';
import { LeaseRings } from '../../src/transport/ring/lease-rings.js';
import { elsewhere, encodeList, encodeSingle, listOf, valueOf } from '../../src/transport/ring/record.js';
import { controlBytes, RingError, tail } from '../../src/transport/ring/ring.js';
import { Inbox, Outbox, resultLimit, taskLimit, WorkerRings } from '../../src/transport/ring/worker-rings.js';

const few = 3000;
const lists: readonly (readonly unknown[])[] = [
  [],
  [1],
  ['text', 'é€', `\ud800`],
  [1, 2.5, NaN, -0],
  [{ id: 1, name: 'x', done: true, none: null, missing: undefined }],
  [[1, { two: ['€'] }], 'x'.repeat(300)],
  [new Map([['k', 1n]]), new Date(0)],
  [new Uint8Array([1, 2, 3]), new Float64Array([1, 2])],
  [new RangeError('no')],
  [Object.fromEntries([['constructor', 1]]), JSON.parse('{"__proto__":{"polluted":1}}')],
];
const [tasksFrom, resultsFrom] = [2 * controlBytes, 2 * controlBytes + 32 * 1024];

/** Errors that say what was wrong with the memory. */
function byName(error: unknown): boolean {
  const isRefusal = error instanceof TypeError && /^a record without a (?:value|list)$/.test(error.message);
  return error instanceof RingError || error instanceof ManycoreError || isRefusal;
}

/** Changes a few bytes of the records at `from`, of the control words at `control`, or of both. */
function damage(rings: WorkerRings, control: number, from: number, random: Random): void {
  const { bytes, words } = rings.block;
  const odd = [0, 1, -1, 2, 7, 8, 4095, 4096, 4097, 0x7fffffff, -0x80000000];
  for (let times = random.of([1, 1, 2, 8]); times > 0; times -= 1) {
    const choice = random.below(6);
    if (choice === 0) words[control / 4 + random.of([0, 16, 17, 32, 33])] = random.of(odd);
    // The words of a header.
    else if (choice === 1) words[from / 4 + random.below(12)] = random.of(odd);
    else if (choice === 2) words[from / 4 + random.below(60)] = random.below(2 ** 32);
    else bytes[from + random.below(480)] = random.of([0, 1, 34, 92, 123, 127, 128, 255, random.below(256)]);
  }
}

/** The same block for each input, as good as new. */
const rings = WorkerRings.allocate('threads');
function fresh(): WorkerRings {
  rings.block.bytes.fill(0, 0, tasksFrom + 2048);
  rings.block.bytes.fill(0, resultsFrom, resultsFrom + 2048);
  return rings;
}

function write(outbox: Outbox, values: readonly unknown[], id: number, limit: number): void {
  const { record } = outbox;
  const encoded = values.length === 1 ? encodeSingle(values[0], limit) : encodeList(values, limit);
  Object.assign(record, { id, detail: id, attempt: 1, offset: 0, shape: 'map', wantsPartial: true });
  record.values = encoded ?? elsewhere;
  outbox.push(record);
}

function expectPlain(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  expect((value as { polluted?: unknown }).polluted).toBeUndefined();
}

describe.each([
  ['tasks', 0, tasksFrom, taskLimit],
  ['results', controlBytes, resultsFrom, resultLimit],
] as const)('%s', (which, control, from, limit) => {
  test('records, changed', { timeout: fuzzTimeout(few) }, async () => {
    const { values, errors } = await fuzz(
      few,
      (random) => {
        const { [which]: ring } = fresh();
        const [outbox, inbox] = [new Outbox(ring), new Inbox(ring)];
        for (let id = 1; id <= 3; id += 1) write(outbox, random.of(lists), id, limit);
        damage(rings, control, from, random);
        for (let claimed = 0; claimed < 5; claimed += 1) {
          const record = inbox.claim();
          if (!record) break;
          for (const value of listOf(record)) expectPlain(value);
          expectPlain(record.form === 1 ? valueOf(record) : undefined);
        }
      },
      byName,
    );
    expect(values).toBeGreaterThan(0);
    expect(errors).toBeGreaterThan(0);
  });

  test('what the writer reads of the other side, changed', { timeout: fuzzTimeout(few) }, async () => {
    const { values, errors } = await fuzz(
      few,
      (random) => {
        const { [which]: ring } = fresh();
        const outbox = new Outbox(ring);
        for (let id = 1; id <= 3; id += 1) write(outbox, random.of(lists), id, limit);
        damage(rings, control, from, random);
        expect(typeof outbox.hasRoom(3)).toBe('boolean');
        write(outbox, random.of(lists), 4, limit);
        expect(outbox.recall()).toEqual(expect.any(Number));
        expect(typeof outbox.hasClaimed(random.below(100))).toBe('boolean');
      },
      byName,
    );
    expect(values).toBeGreaterThan(0);
    expect(errors).toBeGreaterThan(0);
  });
});

test('a lease: the result that a worker wrote, changed', { timeout: fuzzTimeout(few) }, async () => {
  const kinds = new Set<string | undefined>();
  await fuzz(
    few,
    (random) => {
      // It takes the block that was released last, and a worker gets that by a message.
      const theirs = fresh();
      theirs.release();
      const ours = new LeaseRings('thread');
      const values = LeaseRings.encode(random.of(lists));
      if (values) expect(ours.push(-5, 1, values)).toBe(true);
      write(new Outbox(theirs.results), [random.of(lists)], -5, resultLimit);
      // The same memory, or nothing of this would be read.
      expect(theirs.tasks.load(tail) > 0).toBe(values !== undefined);
      damage(theirs, controlBytes, resultsFrom, random);
      if (random.below(4) === 0) damage(theirs, 0, tasksFrom, random);
      const result = ours.receive(-5, 0);
      kinds.add(result?.kind);
      if (result?.kind === 'value') expectPlain(result.value);
      if (result?.kind === 'corrupted') expect(result.reason).toMatch(/\w/);
      expect(typeof ours.hadBegun()).toBe('boolean');
    },
    byName,
  );
  expect(kinds).toContain('value');
  expect(kinds).toContain('corrupted');
});
