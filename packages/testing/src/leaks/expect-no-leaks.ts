import { stat } from 'node:fs/promises';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { longDelay } from '../delays.js';
import { until } from '../until.js';
import { collectGarbage } from './collect-garbage.js';
import { leaksBetween, type Snapshot, takeSnapshot } from './snapshot.js';

/** Milliseconds between two collections while something is left. */
const collectInterval = 500;

export interface LeakOptions {
  /**
   * Runs once before the first test is measured: starts what the code under test keeps for the
   * whole life of the process on purpose, such as a pump thread.
   */
  readonly prepare?: () => unknown;
  /** Milliseconds that a closed thing may take to go; {@link longDelay} when absent. */
  readonly timeout?: number;
}

/**
 * Call it at the top of a test file: each test of the file then fails if it leaves a descriptor, a
 * thread, a process (its children's children too) or a listener on `process` behind. What is about to
 * end is waited for. Tests that run concurrently in one file would see each other's things.
 *
 * ```ts
 * expectNoLeaks();
 * test('a thread ends', async () => { … });
 * ```
 */
export function expectNoLeaks(options: LeakOptions = {}): void {
  let before: Snapshot | undefined;

  beforeAll(async () => {
    await startLazyParts();
    await options.prepare?.();
    // The first look sets the mark that descendants inherit.
    takeSnapshot();
  });

  beforeEach(() => {
    before = takeSnapshot();
  });

  afterEach(async () => {
    if (before !== undefined) await nothingLeftSince(before, options.timeout);
  });
}

/** Resolves when nothing is left that was not there before; rejects naming what stays. */
export async function nothingLeftSince(
  before: Snapshot,
  timeout: number = longDelay,
): Promise<void> {
  let leaks: string[] = [];
  let collected = performance.now();
  const isClean = (): boolean => {
    leaks = leaksBetween(before, takeSnapshot());
    if (leaks.length === 0) return true;
    // Memory that only garbage holds has a descriptor until it is collected.
    if (performance.now() - collected > collectInterval) {
      collectGarbage();
      collected = performance.now();
    }
    return false;
  };
  try {
    await until(isClean, { timeout });
  } catch (cause) {
    throw new Error(`left behind:\n${leaks.map((leak) => `  ${leak}`).join('\n')}`, { cause });
  }
}

/**
 * Starts what Node itself starts at first use and keeps, its thread pool and its pipe for signals,
 * so that no snapshot takes them for a leak. {@link expectNoLeaks} does it by itself.
 */
export async function startLazyParts(): Promise<void> {
  await stat('.');
  const ignore = (): void => undefined;
  process.on('SIGWINCH', ignore);
  process.off('SIGWINCH', ignore);
}
