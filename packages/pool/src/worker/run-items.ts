import type { AnyFunction } from '@manycore/core/worker';
import { eventLoopTurn } from '../platform/worker-node.js';
import type { Shape } from '../transport/job.js';
import type { RunningTask } from './running-task.js';

/** How long (ms) a chunk of synchronous calls may go on before the worker looks at its messages. */
const patience = 20;

/** Calls a function with its arguments. */
export function runCall(fn: AnyFunction, args: readonly unknown[]): unknown {
  return (fn as (...args: readonly unknown[]) => unknown)(...args);
}

/**
 * Calls a function for each item, pushing to `results`, and stops at the first error, or between two
 * items when the task is aborted. With `errors`, an error of an item goes there, and the next item follows.
 */
export async function runItems(
  fn: AnyFunction,
  shape: Exclude<Shape, 'call'>,
  items: readonly unknown[],
  task: RunningTask,
  results: unknown[],
  errors?: [index: number, error: unknown][],
): Promise<void> {
  const call = fn as (...args: readonly unknown[]) => unknown;
  let lookedAt = performance.now();
  for (const item of items) {
    const now = performance.now();
    if (now - lookedAt > patience) {
      lookedAt = now;
      await eventLoopTurn();
    }
    if (task.aborted) throw task.reason();
    try {
      const result = shape === 'map' ? call(item) : call(...(item as readonly unknown[]));
      // Without an `await` per item a chunk of plain functions runs at full speed.
      results.push(isThenable(result) ? await result : result);
    } catch (error) {
      if (!errors) throw error;
      errors.push([results.length, error]);
      results.push(undefined);
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' && typeof value !== 'function') return false;
  return value !== null && 'then' in value && typeof value.then === 'function';
}
