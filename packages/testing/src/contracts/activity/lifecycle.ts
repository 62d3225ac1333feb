import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { longDelay, shortDelay, smallDelay } from '../../delays.js';
import { repeatRounds } from '../../repeat.js';
import { type ActivityKit, failureOf } from './kit.js';
import { add, block, echo, greet, sleepFor, spin } from './targets.js';

export function lifecycleContract(kit: ActivityKit): void {
  describe('from start to end', () => {
    test('states', async () => {
      const activity = kit.create({ target: add, args: [2, 3] });
      expect(activity.isAlive()).toBe(false);
      expect(activity.exitCode).toBeUndefined();
      expect(activity.start()).toBe(activity);
      expect(activity.isAlive()).toBe(true);
      expect(activity.exitCode).toBeUndefined();
      await activity.join();
      expect(activity.isAlive()).toBe(false);
      expect(activity.exitCode).toBe(0);
      expect(await activity.result).toBe(5);
    });

    test('starts once', async () => {
      const activity = kit.create({ target: add, args: [1, 1] }).start();
      const again = await failureOf(() => activity.start());
      expect(again).toMatchObject({ code: 'MANYCORE_ALREADY_STARTED' });
      expect(again.message).toContain(`${activity.name} was started already`);
      await activity.join();
      expect(await failureOf(() => activity.start())).toMatchObject({
        code: 'MANYCORE_ALREADY_STARTED',
      });
      expect(await activity.result).toBe(2);
    });

    test('the result may be read before start, often, and late', async () => {
      const activity = kit.create({ target: greet });
      const early = activity.result;
      activity.start();
      const late = activity.result;
      expect(await Promise.all([early, late, activity.result])).toEqual(Array(3).fill('hello nobody'));
      await activity.join();
      expect(await activity.result).toBe('hello nobody');
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
          message: 'target must be a function or { module: URL, name: string }',
        });
      }
    });

    test('joined by many', async () => {
      const activity = kit.create({ target: echo, args: ['x'] }).start();
      await Promise.all([activity.join(), activity.join(), activity.join({ timeout: longDelay })]);
      await activity.join();
      await activity.join({ timeout: 0 });
      expect(activity.exitCode).toBe(0);
    });

    test('many, one after another and side by side: nothing adds up', async () => {
      const rounds = repeatRounds ?? (kit.kind === 'thread' ? 60 : 16);
      for (let round = 0; round < rounds; round += 1) {
        const beside = round % 4 === 0 ? kit.create({ target: echo, args: ['beside'] }).start() : undefined;
        const activity = kit.create({ target: echo, args: [round] }).start();
        expect(await activity.result).toBe(round);
        await activity.join();
        await beside?.join();
      }
    });

    test('await using joins; one that was never started needs nothing', async () => {
      let outside;
      {
        await using activity = kit.create({ target: echo, args: [1] }).start();
        await using never = kit.create({ target: echo, args: [1] });
        outside = activity;
        expect(never.isAlive()).toBe(false);
      }
      expect(outside.exitCode).toBe(0);
    });
  });

  describe('join', () => {
    test('before start', async () => {
      const activity = kit.create({ target: greet });
      const error = await failureOf(() => activity.join());
      expect(error).toMatchObject({ code: 'MANYCORE_NOT_STARTED' });
      expect(error.message).toContain(`${activity.name} cannot be joined before it was started`);
    });

    test('a timeout gives up the wait, not the work', async () => {
      const activity = kit.create({ target: sleepFor, args: [smallDelay * 2] }).start();
      const error = await failureOf(() => activity.join({ timeout: shortDelay }));
      expect(error).toMatchObject({ code: 'MANYCORE_TIMEOUT', name: 'TimeoutError' });
      expect(error.message).toBe(`${activity.name} was not done within ${shortDelay} ms`);
      expect(await failureOf(() => activity.join({ timeout: 0 }))).toMatchObject({
        code: 'MANYCORE_TIMEOUT',
      });
      expect(activity.isAlive()).toBe(true);
      await activity.join({ timeout: Infinity });
      expect(await activity.result).toBe('awake');
    });

    test('a signal gives up the wait, not the work', async () => {
      const activity = kit.create({ target: sleepFor, args: [smallDelay] }).start();
      const controller = new AbortController();
      const join = activity.join({ signal: controller.signal, timeout: longDelay });
      const reason = { impatient: true };
      controller.abort(reason);
      await expect(join).rejects.toBe(reason);
      await expect(activity.join({ signal: controller.signal })).rejects.toBe(reason);
      await activity.join();
      expect(await activity.result).toBe('awake');
    });

    test('wrong options', async () => {
      await using activity = kit.create({ target: greet }).start();
      expect(await failureOf(() => activity.join({ timeout: -1 }))).toBeInstanceOf(RangeError);
      expect(await failureOf(() => activity.join({ timeout: NaN }))).toBeInstanceOf(RangeError);
      expect(await failureOf(() => activity.join({ timeout: '5' as never }))).toBeInstanceOf(
        TypeError,
      );
      expect(await failureOf(() => activity.join({ signal: {} as never }))).toBeInstanceOf(TypeError);
    });
  });

  describe('signal', () => {
    test('aborted before start: nothing is started', async () => {
      const reason = new Error('too late');
      const activity = kit.create({ target: greet, signal: AbortSignal.abort(reason) });
      const result = activity.result;
      expect(await failureOf(() => activity.start())).toBe(reason);
      expect(activity.isAlive()).toBe(false);
      expect(activity.exitCode).toBeUndefined();
      await expect(result).rejects.toBe(reason);
    });

    test.each([
      ['sleeping', sleepFor, [3_600_000]],
      ['spinning', spin, []],
      ['blocked', block, []],
    ] as const)('aborted while it is %s: it ends', async (_, target, args) => {
      const controller = new AbortController();
      const { signal } = controller;
      const activity = kit.create({ target: target as () => unknown, args, signal }).start();
      setTimeout(() => controller.abort('enough'), shortDelay);
      await expect(activity.result).rejects.toBe('enough');
      await activity.join();
      expect(activity.exitCode).toBe(kit.kind === 'process' ? -9 : 1);
    });

    test('aborted at once after start', async () => {
      const controller = new AbortController();
      const activity = kit.create({ target: greet, signal: controller.signal }).start();
      controller.abort();
      await expect(activity.result).rejects.toMatchObject({ name: 'AbortError' });
      await activity.join();
      expect(activity.exitCode).toBe(kit.kind === 'process' ? -9 : 1);
    });

    test('one for many, and for many waits', async () => {
      const controller = new AbortController();
      const { signal } = controller;
      // Node warns of the eleventh listener; the test's setup lets no warning pass.
      const activities = Array.from({ length: 12 }, () => kit.create({ target: sleepFor, args: [3_600_000], signal }));
      for (const activity of activities) activity.start();
      const joins = Array.from({ length: 20 }, () => activities[0]?.join({ signal: controller.signal }));
      const reason = new Error('all of you');
      controller.abort(reason);
      for (const join of joins) await expect(join).rejects.toBe(reason);
      for (const activity of activities) await expect(activity.result).rejects.toBe(reason);
      await Promise.all(activities.map((activity) => activity.join()));
    });

    test('aborted after the end: changes nothing, and is not listened to any more', async () => {
      const controller = new AbortController();
      const activity = kit.create({ target: greet, signal: controller.signal }).start();
      await activity.join();
      controller.abort();
      await setImmediate();
      expect(await activity.result).toBe('hello nobody');
      expect(activity.exitCode).toBe(0);
    });
  });
}
