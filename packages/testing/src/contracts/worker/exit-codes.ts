import { describe, expect, test } from 'vitest';
import { shortDelay } from '../../delays.js';
import { type WorkerKit, failureOf, outcomeOf } from './kit.js';
import {
  block,
  echo,
  exit,
  failLater,
  failMeanwhile,
  keepRunning,
  rejectLater,
  setExitCode,
  sleepFor,
  spin,
  waitForNothing,
} from './targets.js';
import { raise } from './thrown.js';

/** The exit code after `terminate`: a process ends by SIGTERM, a thread with exit code 1. */
const terminated = { thread: 1, process: -15 };

export function exitCodeContract(kit: WorkerKit): void {
  describe('exit code', () => {
    test('0 after return, 1 after throw', async () => {
      expect(await outcomeOf(kit, echo, 'x')).toEqual({ returned: 'x', exitCode: 0 });
      const { threw, exitCode } = await outcomeOf(kit, raise, 'plain');
      expect(threw).toMatchObject({ message: 'plain' });
      expect(exitCode).toBe(1);
    });

    test.each([0, 3, 255])('process.exit(%i) before the answer', async (code) => {
      const { threw, exitCode } = await outcomeOf(kit, exit, code);
      expect(exitCode).toBe(code);
      expect(threw).toMatchObject({
        name: 'WorkerDiedError',
        code: 'MANYCORE_WORKER_DIED',
        exitCode: code,
        signal: undefined,
      });
      const hint = code === 0 ? ' (it called process.exit, or waits for a promise' : '';
      expect((threw as Error).message).toContain(
        `ended with exit code ${code} before its target returned${hint}`,
      );
    });

    test('a target that waits for an event that never comes ends with 0, without an answer', async () => {
      const { threw, exitCode } = await outcomeOf(kit, waitForNothing);
      expect(exitCode).toBe(0);
      expect((threw as Error).message).toContain('nothing is left to settle');
    });

    test('process.exitCode that the target sets', async () => {
      expect(await outcomeOf(kit, setExitCode, 4)).toEqual({ returned: 'returned', exitCode: 4 });
    });

    test.each([
      ['a later exception', failLater],
      ['a later rejection', rejectLater],
    ])('1 after %s; the answer stays', async (_, target) => {
      expect(await outcomeOf(kit, target)).toEqual({ returned: 'answered', exitCode: 1 });
    });

    test('an exception elsewhere while the target waits', async () => {
      const { threw, exitCode } = await outcomeOf(kit, failMeanwhile);
      expect(exitCode).toBe(1);
      expect(threw).toMatchObject({ name: 'WorkerDiedError', exitCode: 1 });
    });

    test.each([
      ['sleeping', sleepFor, [3_600_000]],
      ['spinning', spin, []],
      ['blocked', block, []],
    ] as const)('terminated while it is %s', async (_, target, args) => {
      const worker = kit.create({ target: target as () => unknown, args }).start();
      await expect(worker.join({ timeout: shortDelay })).rejects.toMatchObject({
        code: 'MANYCORE_TIMEOUT',
      });
      worker.terminate();
      await worker.join();
      expect(worker.exitCode).toBe(terminated[kit.kind]);
      expect(await failureOf(() => worker.result)).toMatchObject({
        name: 'WorkerDiedError',
        exitCode: terminated[kit.kind],
      });
    });

    test('terminated at once after start', async () => {
      const worker = kit.create({ target: echo, args: [1] }).start();
      worker.terminate();
      await worker.join();
      expect(worker.exitCode).toBe(terminated[kit.kind]);
      await expect(worker.result).rejects.toMatchObject({ name: 'WorkerDiedError' });
    });

    test('terminated after the answer, while it goes on', async () => {
      const worker = kit.create({ target: keepRunning }).start();
      expect(await worker.result).toBe('answered');
      expect(worker.isAlive()).toBe(true);
      worker.terminate();
      await worker.join();
      expect(worker.exitCode).toBe(terminated[kit.kind]);
      expect(await worker.result).toBe('answered');
    });

    test('terminate before start and after the end: nothing happens', async () => {
      const worker = kit.create({ target: echo, args: [1] });
      worker.terminate();
      worker.start();
      await worker.join();
      worker.terminate();
      expect(worker.exitCode).toBe(0);
      expect(await worker.result).toBe(1);
    });
  });
}
