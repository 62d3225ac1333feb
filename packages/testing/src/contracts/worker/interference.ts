import { describe, expect, test } from 'vitest';
import { repeat } from '../../repeat.js';
import { type WorkerKit, type ContractWorker, failureOf } from './kit.js';
import { add, echo, sleepFor } from './targets.js';

/** What interferes with a start: arguments whose getters run code, and other calls. */
export function interferenceContract(kit: WorkerKit): void {
  /** An argument that runs code whenever it is read. */
  const trap = (run: () => unknown): object => ({
    get trap() {
      return run();
    },
  });

  describe('while it starts', () => {
    test('an argument that starts it again: it runs once', async () => {
      let refusals = 0;
      const worker: ContractWorker<unknown> = kit.create({
        target: echo,
        args: [
          trap(() => {
            try {
              worker.start();
            } catch (error) {
              expect(error).toMatchObject({ code: 'MANYCORE_ALREADY_STARTED' });
              refusals += 1;
            }
            return 'read';
          }),
        ],
      });
      worker.start();
      expect(await worker.result).toEqual({ trap: 'read' });
      await worker.join();
      expect(refusals).toBeGreaterThan(0);
    });

    test('an argument that aborts its signal: it ends', async () => {
      const controller = new AbortController();
      const worker = kit.create({
        target: sleepFor,
        args: [3_600_000, trap(() => controller.abort('read'))],
        signal: controller.signal,
      });
      worker.start();
      await expect(worker.result).rejects.toBe('read');
      await worker.join();
      expect(worker.isAlive()).toBe(false);
    });

    test('an argument that terminates it: nothing is there to end yet', async () => {
      const worker: ContractWorker<unknown> = kit.create({
        target: echo,
        args: [trap(() => worker.terminate())],
      });
      worker.start();
      expect(await worker.result).toEqual({ trap: undefined });
      await worker.join();
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
        const worker = kit.create({
          target: echo,
          args: [
            trap(() => {
              if ((reads += 1) > good) throw new RangeError('no more');
              return reads;
            }),
          ],
        });
        try {
          worker.start();
          await worker.result;
          await worker.join();
        } catch (error) {
          expect((error as Error).message).toContain('no more');
          expect(worker.isAlive()).toBe(false);
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
          const worker = kit.create({ target: add, args: [1, 2] }).start();
          await new Promise((resolve) => setTimeout(resolve, (round * 13) % 60));
          worker.terminate();
          worker.terminate();
          const outcome = await worker.result.catch((error: unknown) => error);
          if (outcome !== 3) expect(outcome).toMatchObject({ name: 'WorkerDiedError' });
          await worker.join();
          expect(worker.isAlive()).toBe(false);
          expect(worker.exitCode).toBeTypeOf('number');
        },
        { times: 6 },
      ),
    );
  });

  test('a dozen at once, each joined by several', async () => {
    const all = Array.from({ length: 12 }, (_, i) => kit.create({ target: add, args: [i, 1] }));
    for (const worker of all) worker.start();
    await Promise.all(all.flatMap((worker) => [worker.join(), worker.join()]));
    expect(await Promise.all(all.map(({ result }) => result))).toEqual(all.map((_, i) => i + 1));
    expect(all.map(({ exitCode }) => exitCode)).toEqual(all.map(() => 0));
  });
}
