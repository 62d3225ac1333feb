import {
  JoinableQueue,
  LifoQueue,
  PriorityQueue,
  Queue,
  QueueClosedError,
  type QueueOptions,
  TasksLostError,
  type ValueQueue,
  waitAny,
} from '@manycore/queue';
import { repeat, shortDelay, until } from '@manycore/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';

import { Workers } from './support/workers.js';

const makers: readonly (readonly [string, (options: QueueOptions) => ValueQueue<never>])[] = [
  ['Queue', (options) => new Queue<never>(options)],
  ['JoinableQueue', (options) => new JoinableQueue<never>(options)],
  ['LifoQueue', (options) => new LifoQueue<never>(options)],
  ['PriorityQueue', (options) => new PriorityQueue(options) as unknown as ValueQueue<never>],
];
const settings = makers.flatMap(([name, maker]) =>
  (['threads', 'processes'] as const).map((scope) => [name, scope, maker] as const),
);

describe.each(settings)('%s, scope %s: close({ immediate: true })', (name, scope, maker) => {
  const workers = new Workers(scope);
  afterAll(() => workers[Symbol.asyncDispose]());
  const make = (options = {}): ValueQueue<unknown> => maker({ scope, ...options });
  const value = (n: unknown): unknown => (name === 'PriorityQueue' ? [1, n] : n);

  test('drops what is in the queue: nothing can be got or put, in any form', async () => {
    const queue = make();
    for (let i = 0; i < 5; i += 1) await queue.put(value(i));
    queue.close({ immediate: true });
    expect([queue.size, queue.empty, queue.closed]).toEqual([0, true, true]);
    await expect(queue.get()).rejects.toThrow(QueueClosedError);
    expect(() => queue.getSync()).toThrow(QueueClosedError);
    expect(() => queue.tryGet()).toThrow(QueueClosedError);
    await expect(queue.put(value(1))).rejects.toThrow(QueueClosedError);
    expect(() => queue.putSync(value(1))).toThrow(QueueClosedError);
    expect(() => queue.tryPut(value(1))).toThrow(QueueClosedError);
    expect([...queue]).toEqual([]);
    await expect(queue[Symbol.asyncIterator]().next()).resolves.toEqual({ value: undefined, done: true });
    expect(await waitAny([queue])).toEqual([queue]);
    queue.close({ immediate: true });
    queue.close();
  });

  test('also after a close that was not immediate; and that alone drops nothing', async () => {
    const queue = make();
    await queue.put(value(1));
    await queue.put(value(2));
    queue.close();
    queue.close({ immediate: false });
    expect(await queue.get()).toEqual(value(name === 'LifoQueue' ? 2 : 1));
    queue.close({ immediate: true });
    await expect(queue.get()).rejects.toThrow(QueueClosedError);
  });

  test('ends calls that wait here and elsewhere', async () => {
    const [full, empty] = [make({ maxSize: 1 }), make()];
    await full.put(value(0));
    const members = await workers.members(2);
    const waiting = [
      full.put(value(1)),
      empty.get(),
      members[0]?.tell('invoke', full, 'putSync', value(2)),
      members[1]?.tell('invoke', empty, 'getSync'),
    ];
    await sleep(shortDelay);
    full.close({ immediate: true });
    empty.close({ immediate: true });
    const ends = waiting.map((call) => expect(call).rejects.toMatchObject({ code: 'MANYCORE_QUEUE_CLOSED' }));
    await Promise.all(ends);
    expect(full.size).toBe(0);
  });

  test('of another handle, in another thread or process', async () => {
    const queue = make();
    await queue.put(value(1));
    const [member] = await workers.members(1);
    await member?.tell('invoke', queue, 'close', { immediate: true });
    await expect(queue.get()).rejects.toThrow(QueueClosedError);
  });

  test(
    'at some instant: each value is taken once or dropped, and all calls end',
    repeat(async () => {
      const queue = make({ maxSize: 50 });
      const members = await workers.members(2);
      const taking = members.map((member) => member.tell<unknown[]>('takeAll', queue, 'async'));
      const when = Math.floor(Math.random() * 100);
      let put = 0;
      const putting = async (): Promise<never> => {
        for (; ; put += 1) {
          await queue.put(value(put));
          if (put === when) queue.close({ immediate: true });
        }
      };
      await expect(putting()).rejects.toThrow(QueueClosedError);
      const taken = (await Promise.all(taking)).flat();
      expect(new Set(taken).size).toBe(taken.length);
      expect(taken.length).toBeLessThanOrEqual(put);
      expect(queue.size).toBe(0);
    }),
  );

  test('what is wrong with the options is said, and nothing is closed', () => {
    const queue = make();
    expect(() => queue.close(true as never)).toThrow('close takes options such as { immediate: true }');
    expect(() => queue.close(null as never)).toThrow(TypeError);
    expect(() => queue.close({ immediate: 1 as never })).toThrow('immediate must be true or false, not number');
    expect(queue.closed).toBe(false);
  });
});

describe.each(['threads', 'processes'] as const)('a value larger than the queue, scope %s', (scope) => {
  const workers = new Workers(scope);
  afterAll(() => workers[Symbol.asyncDispose]());

  test('is dropped while it passes', async () => {
    const queue = new Queue<Uint8Array>({ scope, capacity: 4096 });
    const [member] = await workers.members(1);
    const putting = queue.put(new Uint8Array(1_000_000));
    const telling = member?.tell('invoke', queue, 'get');
    await sleep(shortDelay);
    queue.close({ immediate: true });
    // Either it was through, or both sides end.
    const [put, got] = await Promise.allSettled([putting, telling]);
    if (put.status === 'rejected') expect(put.reason).toBeInstanceOf(QueueClosedError);
    if (got.status === 'rejected') expect(got.reason).toMatchObject({ code: 'MANYCORE_QUEUE_CLOSED' });
  });
});

describe.each(settings.filter(([name]) => name !== 'Queue'))('%s, scope %s: joining', (name, scope, maker) => {
  const workers = new Workers(scope);
  afterAll(() => workers[Symbol.asyncDispose]());
  const make = (): LifoQueue<unknown> => maker({ scope }) as unknown as LifoQueue<unknown>;
  const value = (n: unknown): unknown => (name === 'PriorityQueue' ? [1, n] : n);

  test('what was dropped is not waited for', async () => {
    const queue = make();
    for (let i = 0; i < 5; i += 1) await queue.put(value(i));
    const joins = [queue.join(), queue.join()];
    const [member] = await workers.members(1);
    const elsewhere = member?.tell('invoke', queue, 'join');
    await sleep(shortDelay);
    queue.close({ immediate: true });
    await Promise.all([...joins, elsewhere]);
    queue.joinSync();
    expect(queue.unfinished).toBe(0);
    expect(() => queue.taskDone()).toThrow('taskDone() was called too often');
  });

  test('what was taken is', async () => {
    const queue = make();
    for (let i = 0; i < 5; i += 1) await queue.put(value(i));
    await queue.get();
    await queue.get();
    queue.taskDone();
    const joining = queue.join();
    queue.close({ immediate: true });
    expect(queue.unfinished).toBe(1);
    await expect(queue.join({ timeout: 20 })).rejects.toThrow('stayed unfinished for 20 ms');
    queue.taskDone();
    await joining;
  });

  test('what a dead thread had taken is lost, and the join says so', async () => {
    const queue = make();
    for (let i = 0; i < 5; i += 1) await queue.put(value(i));
    const [victim] = await workers.members(1);
    await victim?.tell('takeAndKeep', queue, 2, 0);
    queue.close({ immediate: true });
    expect(queue.unfinished).toBe(2);
    const joining = queue.join().catch((reason: unknown) => reason);
    if (victim) await workers.kill(victim);
    const error: unknown = await joining;
    expect(error).toBeInstanceOf(TasksLostError);
    expect(error).toMatchObject({ count: 2 });
    await until(() => queue.unfinished === 0);
  });
});
