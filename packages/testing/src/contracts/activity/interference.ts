import { describe, expect, test } from 'vitest';
import { repeat } from '../../repeat.js';
import { type ActivityKit, type ContractActivity, failureOf } from './kit.js';
import { add, echo, sleepFor } from './targets.js';

/** What interferes with a start: arguments whose getters run code, and other calls. */
export function interferenceContract(kit: ActivityKit): void {
  /** An argument that runs code whenever it is read. */
  const trap = (run: () => unknown): object => ({
    get trap() {
      return run();
    },
  });

  describe('while it starts', () => {
    test('an argument that starts it again: it runs once', async () => {
      let refusals = 0;
      const activity: ContractActivity<unknown> = kit.create({
        target: echo,
        args: [
          trap(() => {
            try {
              activity.start();
            } catch (error) {
              expect(error).toMatchObject({ code: 'MANYCORE_ALREADY_STARTED' });
              refusals += 1;
            }
            return 'read';
          }),
        ],
      });
      activity.start();
      expect(await activity.result).toEqual({ trap: 'read' });
      await activity.join();
      expect(refusals).toBeGreaterThan(0);
    });

    test('an argument that aborts its signal: it ends', async () => {
      const controller = new AbortController();
      const activity = kit.create({
        target: sleepFor,
        args: [3_600_000, trap(() => controller.abort('read'))],
        signal: controller.signal,
      });
      activity.start();
      await expect(activity.result).rejects.toBe('read');
      await activity.join();
      expect(activity.isAlive()).toBe(false);
    });

    test('an argument that terminates it: nothing is there to end yet', async () => {
      const activity: ContractActivity<unknown> = kit.create({
        target: echo,
        args: [trap(() => activity.terminate())],
      });
      activity.start();
      expect(await activity.result).toEqual({ trap: undefined });
      await activity.join();
    });

    test('arguments that throw when they are read, at once or the second time', async () => {
      const items: unknown[] = [];
      Object.defineProperty(items, 0, {
        enumerable: true,
        get() {
          throw new RangeError('no item');
        },
      });
      const refused = kit.create({ target: echo, args: items });
      expect((await failureOf(() => refused.start())).message).toContain('no item');
      expect(refused.isAlive()).toBe(false);
      for (const good of [1, 2, 3]) {
        let reads = 0;
        const activity = kit.create({
          target: echo,
          args: [
            trap(() => {
              if ((reads += 1) > good) throw new RangeError('no more');
              return reads;
            }),
          ],
        });
        try {
          activity.start();
          await activity.result;
          await activity.join();
        } catch (error) {
          expect((error as Error).message).toContain('no more');
          expect(activity.isAlive()).toBe(false);
        }
      }
    });

    test('a target option that throws', async () => {
      const options = {
        get target(): never {
          throw new RangeError('no target');
        },
      };
      expect(await failureOf(() => kit.create(options))).toMatchObject({ message: 'no target' });
    });

    test(
      'ended at any moment: its result and join settle',
      repeat(
        async (round) => {
          const activity = kit.create({ target: add, args: [1, 2] }).start();
          await new Promise((resolve) => setTimeout(resolve, (round * 13) % 60));
          activity.terminate();
          activity.terminate();
          const outcome = await activity.result.catch((error: unknown) => error);
          if (outcome !== 3) expect(outcome).toMatchObject({ name: 'WorkerDiedError' });
          await activity.join();
          expect(activity.isAlive()).toBe(false);
          expect(activity.exitCode).toBeTypeOf('number');
        },
        { times: 6 },
      ),
    );
  });

  test('a dozen at once, each joined by several', async () => {
    const all = Array.from({ length: 12 }, (_, i) => kit.create({ target: add, args: [i, 1] }));
    for (const activity of all) activity.start();
    await Promise.all(all.flatMap((activity) => [activity.join(), activity.join()]));
    expect(await Promise.all(all.map(({ result }) => result))).toEqual(all.map((_, i) => i + 1));
    expect(all.map(({ exitCode }) => exitCode)).toEqual(all.map(() => 0));
  });
}
