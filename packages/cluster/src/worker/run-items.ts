import type { AnyFunction } from '@manycore/core';
import type { CurrentTask } from '@manycore/pool';
import type { Shape } from '@manycore/pool/internal';
import { eventLoopTurn } from '../platform/node.js';

/** How long (ms) a chunk of synchronous calls may go on before the worker reads its messages. */
const readInterval = 20;

/** The results of a call, by item, and the errors of those that failed. */
export interface ItemResults {
  readonly values: unknown[];
  readonly errors: [index: number, error: unknown][];
}

/**
 * Calls the function with each item, and stops at the first error, or between two items when the task is
 * aborted. With `wantsPartial`, an error of an item is noted, and the next item follows.
 */
export async function runItems(
  fn: AnyFunction,
  shape: Exclude<Shape, 'call'>,
  items: readonly unknown[],
  task: CurrentTask,
  wantsPartial: boolean,
): Promise<ItemResults> {
  const call = fn as (...args: readonly unknown[]) => unknown;
  const results: ItemResults = { values: [], errors: [] };
  let lastRead = performance.now();
  for (const item of items) {
    const now = performance.now();
    if (now - lastRead > readInterval) {
      lastRead = now;
      await eventLoopTurn();
      task.signal.throwIfAborted();
    }
    try {
      const result = shape === 'map' ? call(item) : call(...(item as readonly unknown[]));
      // Without an `await` per item a chunk of plain functions runs at full speed.
      results.values.push(isThenable(result) ? await result : result);
    } catch (error) {
      if (!wantsPartial) throw error;
      results.errors.push([results.values.length, error]);
      results.values.push(undefined);
    }
  }
  return results;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' && typeof value !== 'function') return false;
  return value !== null && 'then' in value && typeof value.then === 'function';
}
