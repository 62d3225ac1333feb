import type { AnyFunction } from '@manycore/core/worker';
import { eventLoopTurn } from '../platform/worker-node.js';
import type { ItemOutcome, Shape } from '../transport/job.js';
import type { RunningTask } from './running-task.js';

/** How long (ms) a chunk of synchronous calls may go on before the worker looks at its messages. */
const patience = 20;

/** Runs a function as the shape of a job says, and stops between two items when the task is aborted. */
export async function runJob(
  fn: AnyFunction,
  shape: Shape,
  values: readonly unknown[],
  task: RunningTask,
): Promise<unknown> {
  const call = fn as (...args: unknown[]) => unknown;
  if (shape === 'call') return call(...values);
  const spread = shape === 'starmap' || shape === 'stareach';
  const own = shape === 'each' || shape === 'stareach';
  const results: unknown[] = [];
  let lookedAt = performance.now();
  for (const value of values) {
    const now = performance.now();
    if (now - lookedAt > patience) {
      lookedAt = now;
      await eventLoopTurn();
    }
    if (task.aborted) throw task.reason();
    const args = spread ? (value as readonly unknown[]) : [value];
    let result: unknown;
    try {
      result = call(...args);
      // Without an `await` per item a chunk of plain functions runs at full speed.
      if (isThenable(result)) result = await result;
    } catch (error) {
      if (!own) throw error;
      results.push([false, error] satisfies ItemOutcome);
      continue;
    }
    results.push(own ? ([true, result] satisfies ItemOutcome) : result);
  }
  return results;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' && typeof value !== 'function') return false;
  return value !== null && 'then' in value && typeof value.then === 'function';
}
