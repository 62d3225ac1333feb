import { TimeoutError } from '@manycore/core';
import { JoinableQueue, LifoQueue, PriorityQueue, Queue, TaskDoneError, TasksLostError } from '@manycore/queue';
import { repeat, until } from '@manycore/testing';
import { afterAll, describe, expect, test } from 'vitest';

import { Workers } from './support/workers.js';

interface Options {
  readonly scope: 'threads' | 'processes';
  readonly capacity?: number;
}

type Joinable<T> = JoinableQueue<T> | LifoQueue<T>;

const makers: readonly (readonly [string, (options: Options) => Joinable<unknown>])[] = [
  ['JoinableQueue', (options) => new JoinableQueue(options)],
  ['LifoQueue', (options) => new LifoQueue(options)],
  ['PriorityQueue', (options) => new PriorityQueue(options) as unknown as Joinable<unknown>],
];

const settings = makers.flatMap(([name, maker]) =>
  (['threads', 'processes'] as const).map((scope) => [name, scope, maker] as const),
);

describe.each(settings)('%s, scope %s', (name, scope, maker) => {
  const workers = new Workers(scope);
  afterAll(() => workers[Symbol.asyncDispose]());
  const make = (options = {}): Joinable<unknown> => maker({ scope, ...options });
  const value = (n: number): unknown => (name === 'PriorityQueue' ? [1, n] : n);

  test('join waits until every value that was put is finished', async () => {
    const queue = make();
    await queue.join();
    queue.joinSync();
    for (const n of [1, 2]) await queue.put(value(n));
    expect(queue.unfinished).toBe(2);
    await expect(queue.join({ timeout: 10 })).rejects.toThrow('2 of the values that were put stayed unfinished for 10 ms');
    expect(() => queue.joinSync({ timeout: 10 })).toThrow(TimeoutError);
    const joins = [queue.join(), queue.join()];
    await queue.get();
    await queue.get();
    queue.taskDone();
    expect(queue.unfinished).toBe(1);
    queue.taskDone();
    await Promise.all(joins);
    expect(queue.unfinished).toBe(0);
  });

  test('taskDone too often is an error, and the queue goes on', async () => {
    const queue = make();
    expect(() => queue.taskDone()).toThrow(TaskDoneError);
    await queue.put(value(1));
    queue.taskDone();
    expect(() => queue.taskDone()).toThrow('taskDone() was called too often');
    await queue.join();
    expect(await queue.get()).toEqual(value(1));
  });

  test.each(['blocking', 'async'])('others finish what was put, %s', async (mode) => {
    const queue = make({ capacity: 4096 });
    const members = await workers.members(2);
    const working = members.map((member) => member.tell<number>('work', queue, mode));
    for (let i = 0; i < 500; i += 1) await queue.put(value(i));
    await queue.join();
    expect(queue.unfinished).toBe(0);
    queue.close();
    const [a = 0, b = 0] = await Promise.all(working);
    expect(a + b).toBe(500);
  });

  test('a join before anything was taken ends well', async () => {
    const queue = make();
    const [member] = await workers.members(1);
    for (let i = 0; i < 10; i += 1) await queue.put(value(i));
    const joining = queue.join();
    await member?.tell('workOn', queue, 10);
    await joining;
  });

  test('a join of what a dead consumer had taken ends with an error, for all joins', async () => {
    const queue = make();
    const [victim] = await workers.members(1);
    for (let i = 0; i < 5; i += 1) await queue.put(value(i));
    // Takes three values and finishes one.
    await victim?.tell('takeAndKeep', queue, 3, 1);
    const joins = [queue.join(), queue.join()].map((join) => join.catch((reason: unknown) => reason));
    for (let i = 0; i < 2; i += 1) {
      await queue.get();
      queue.taskDone();
    }
    expect(queue.unfinished).toBe(2);
    if (victim) await workers.kill(victim);
    for (const join of joins) {
      const error: unknown = await join;
      expect(error).toBeInstanceOf(TasksLostError);
      expect(error).toMatchObject({ count: 2, code: 'MANYCORE_TASKS_LOST' });
    }
    // It goes on: they count as finished.
    expect(queue.unfinished).toBe(0);
    await queue.put(value(1));
    await queue.get();
    queue.taskDone();
    queue.joinSync();
  });

  test(
    'a consumer is killed at some instant: the join ends, and says what was lost',
    repeat(async (round) => {
      const queue = make({ capacity: 4096 });
      const [victim, ...others] = await workers.members(4);
      const mode = round % 2 === 0 ? 'blocking' : 'async';
      void victim?.tell('work', queue, mode);
      const working = others.map((member) => member.tell<number>('work', queue, mode));
      const killAt = Math.floor(Math.random() * 400);
      let killing: Promise<unknown> | undefined;
      for (let i = 0; i < 500; i += 1) {
        await queue.put(value(i));
        if (i === killAt && victim) killing = workers.kill(victim);
      }
      const outcome: unknown = await queue.join().catch((reason: unknown) => reason);
      await killing;
      if (outcome !== undefined) expect(outcome).toBeInstanceOf(TasksLostError);
      if (outcome instanceof TasksLostError) expect(outcome.count).toBe(1);
      expect([queue.unfinished, queue.size]).toEqual([0, 0]);
      // It goes on.
      await queue.put(value(1));
      await queue.join();
      queue.close();
      const counts = await Promise.all(working);
      expect(counts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(501);
    }),
  );

  test('however many handles arrive in a thread, what it has in hand is not lost', async () => {
    const queue = make();
    const handles = new Queue<Joinable<unknown>>({ scope });
    let last = queue;
    for (let i = 0; i < 1100; i += 1) {
      await handles.put(queue);
      last = await handles.get();
      await last.put(value(i));
      await last.get();
      if (i < 1099) last.taskDone();
    }
    await expect(queue.join({ timeout: 300 })).rejects.toThrow(TimeoutError);
    queue.taskDone();
    await last.join();
  });

  test('a consumer that dies while others still work does not end their join', async () => {
    const queue = make();
    const [victim, worker] = await workers.members(2);
    await queue.put(value(1));
    await queue.put(value(2));
    await victim?.tell('takeAndKeep', queue, 1, 0);
    await worker?.tell('takeAndKeep', queue, 1, 0);
    const joining = queue.join().catch((reason: unknown) => reason);
    if (victim) await workers.kill(victim);
    await expect(queue.join({ timeout: 300 })).rejects.toThrow(TimeoutError);
    await worker?.tell('invoke', queue, 'taskDone');
    expect(String(await joining)).toContain('1 value was taken by a thread or process that ended');
    await until(() => queue.unfinished === 0);
  });
});
