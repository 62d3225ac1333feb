import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { longDelay, shortDelay, smallDelay } from '../../delays.js';
import { repeatRounds } from '../../repeat.js';
import { type WorkerKit, failureOf } from './kit.js';
import { add, block, echo, greet, sleepFor, spin } from './targets.js';

export function lifecycleContract(kit: WorkerKit): void {
  describe('from start to end', () => {
    test('states', async () => {
      const worker = kit.create({ target: add, args: [2, 3] });
      expect(worker.isAlive()).toBe(false);
      expect(worker.exitCode).toBeUndefined();
      expect(worker.start()).toBe(worker);
      expect(worker.isAlive()).toBe(true);
      expect(worker.exitCode).toBeUndefined();
      await worker.join();
      expect(worker.isAlive()).toBe(false);
      expect(worker.exitCode).toBe(0);
      expect(await worker.result).toBe(5);
    });

    test('starts once', async () => {
      const worker = kit.create({ target: add, args: [1, 1] }).start();
      const again = await failureOf(() => worker.start());
      expect(again).toMatchObject({ code: 'MANYCORE_ALREADY_STARTED' });
      expect(again.message).toContain(`${worker.name} was started already`);
      await worker.join();
      expect(await failureOf(() => worker.start())).toMatchObject({
        code: 'MANYCORE_ALREADY_STARTED',
      });
      expect(await worker.result).toBe(2);
    });

    test('the result may be read before start, often, and late', async () => {
      const worker = kit.create({ target: greet });
      const early = worker.result;
      worker.start();
      const late = worker.result;
      expect(await Promise.all([early, late, worker.result])).toEqual(Array(3).fill('hello nobody'));
      await worker.join();
      expect(await worker.result).toBe('hello nobody');
    });

    test('names: numbered by default, unique, given', () => {
      const names = [1, 2].map(() => kit.create({ target: greet }).name);
      const [first = '', second = ''] = names;
      const pattern = new RegExp(`^${kit.className}-(\\d+)$`);
      expect(Number(pattern.exec(second)?.[1])).toBe(Number(pattern.exec(first)?.[1]) + 1);
      expect(kit.create({ target: greet, name: 'baker' }).name).toBe('baker');
      expect(kit.create({ target: greet, name: '' }).name).toBe('');
    });

    test('wrong options are refused when it is made', async () => {
      const refusal = (options: object): Promise<Error> =>
        failureOf(() => kit.create({ target: greet, ...options }));
      expect(await refusal({ name: 5 })).toMatchObject({
        name: 'TypeError',
        message: 'name must be a string',
      });
      expect(await refusal({ daemon: 'yes' })).toMatchObject({
        name: 'TypeError',
        message: 'daemon must be true or false',
      });
      expect(await refusal({ args: 'text' })).toMatchObject({
        name: 'TypeError',
        message: 'args must be an array of arguments',
      });
      for (const signal of [5, {}, new AbortController()]) {
        expect(await refusal({ signal })).toMatchObject({
          name: 'TypeError',
          message: 'signal must be an AbortSignal; write { signal: controller.signal }',
        });
      }
      for (const target of [undefined, null, 5, 'add', {}, { module: 'x', name: '' }]) {
        expect(await refusal({ target })).toMatchObject({
          name: 'TypeError',
          message: expect.stringMatching(/^target must be a function or \{ module: URL, name: string \}/) as string,
        });
      }
    });

    test('joined by many', async () => {
      const worker = kit.create({ target: echo, args: ['x'] }).start();
      await Promise.all([worker.join(), worker.join(), worker.join({ timeout: longDelay })]);
      await worker.join();
      await worker.join({ timeout: 0 });
      expect(worker.exitCode).toBe(0);
    });

    test('many, one after another and side by side: nothing adds up', async () => {
      const rounds = repeatRounds ?? (kit.kind === 'thread' ? 60 : 16);
      for (let round = 0; round < rounds; round += 1) {
        const beside = round % 4 === 0 ? kit.create({ target: echo, args: ['beside'] }).start() : undefined;
        const worker = kit.create({ target: echo, args: [round] }).start();
        expect(await worker.result).toBe(round);
        await worker.join();
        await beside?.join();
      }
    });

    test('await using joins; one that was never started needs nothing', async () => {
      let outside;
      {
        await using worker = kit.create({ target: echo, args: [1] }).start();
        await using never = kit.create({ target: echo, args: [1] });
        outside = worker;
        expect(never.isAlive()).toBe(false);
      }
      expect(outside.exitCode).toBe(0);
    });
  });

  describe('join', () => {
    test('before start', async () => {
      const worker = kit.create({ target: greet });
      const error = await failureOf(() => worker.join());
      expect(error).toMatchObject({ code: 'MANYCORE_NOT_STARTED' });
      expect(error.message).toContain(`${worker.name} cannot be joined before it was started`);
    });

    test('a timeout gives up the wait, not the work', async () => {
      const worker = kit.create({ target: sleepFor, args: [smallDelay * 2] }).start();
      const error = await failureOf(() => worker.join({ timeout: shortDelay }));
      expect(error).toMatchObject({ code: 'MANYCORE_TIMEOUT', name: 'TimeoutError' });
      expect(error.message).toBe(`${worker.name} was not done within ${shortDelay} ms`);
      expect(await failureOf(() => worker.join({ timeout: 0 }))).toMatchObject({
        code: 'MANYCORE_TIMEOUT',
      });
      expect(worker.isAlive()).toBe(true);
      await worker.join({ timeout: Infinity });
      expect(await worker.result).toBe('awake');
    });

    test('a signal gives up the wait, not the work', async () => {
      const worker = kit.create({ target: sleepFor, args: [smallDelay] }).start();
      const controller = new AbortController();
      const join = worker.join({ signal: controller.signal, timeout: longDelay });
      const reason = { impatient: true };
      controller.abort(reason);
      await expect(join).rejects.toBe(reason);
      await expect(worker.join({ signal: controller.signal })).rejects.toBe(reason);
      await worker.join();
      expect(await worker.result).toBe('awake');
    });

    test('wrong options', async () => {
      await using worker = kit.create({ target: greet }).start();
      expect(await failureOf(() => worker.join({ timeout: -1 }))).toBeInstanceOf(RangeError);
      expect(await failureOf(() => worker.join({ timeout: NaN }))).toBeInstanceOf(RangeError);
      expect(await failureOf(() => worker.join({ timeout: '5' as never }))).toBeInstanceOf(
        TypeError,
      );
      expect(await failureOf(() => worker.join({ signal: {} as never }))).toBeInstanceOf(TypeError);
    });
  });

  describe('signal', () => {
    test('aborted before start: nothing is started', async () => {
      const reason = new Error('too late');
      const worker = kit.create({ target: greet, signal: AbortSignal.abort(reason) });
      const result = worker.result;
      expect(await failureOf(() => worker.start())).toBe(reason);
      expect(worker.isAlive()).toBe(false);
      expect(worker.exitCode).toBeUndefined();
      await expect(result).rejects.toBe(reason);
    });

    test.each([
      ['sleeping', sleepFor, [3_600_000]],
      ['spinning', spin, []],
      ['blocked', block, []],
    ] as const)('aborted while it is %s: it ends', async (_, target, args) => {
      const controller = new AbortController();
      const { signal } = controller;
      const worker = kit.create({ target: target as () => unknown, args, signal }).start();
      setTimeout(() => controller.abort('enough'), shortDelay);
      await expect(worker.result).rejects.toBe('enough');
      await worker.join();
      expect(worker.exitCode).toBe(kit.kind === 'process' ? -9 : 1);
    });

    test('aborted at once after start', async () => {
      const controller = new AbortController();
      const worker = kit.create({ target: greet, signal: controller.signal }).start();
      controller.abort();
      await expect(worker.result).rejects.toMatchObject({ name: 'AbortError' });
      await worker.join();
      expect(worker.exitCode).toBe(kit.kind === 'process' ? -9 : 1);
    });

    test('one for many, and for many waits', async () => {
      const controller = new AbortController();
      const { signal } = controller;
      // Node warns of the eleventh listener; the test's setup lets no warning pass.
      const workers = Array.from({ length: 12 }, () => kit.create({ target: sleepFor, args: [3_600_000], signal }));
      for (const worker of workers) worker.start();
      const joins = Array.from({ length: 20 }, () => workers[0]?.join({ signal: controller.signal }));
      const reason = new Error('all of you');
      controller.abort(reason);
      for (const join of joins) await expect(join).rejects.toBe(reason);
      for (const worker of workers) await expect(worker.result).rejects.toBe(reason);
      await Promise.all(workers.map((worker) => worker.join()));
    });

    test('aborted after the end: changes nothing, and is not listened to any more', async () => {
      const controller = new AbortController();
      const worker = kit.create({ target: greet, signal: controller.signal }).start();
      await worker.join();
      controller.abort();
      await setImmediate();
      expect(await worker.result).toBe('hello nobody');
      expect(worker.exitCode).toBe(0);
    });
  });
}
