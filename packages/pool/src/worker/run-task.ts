import type { AnyFunction } from '@manycore/core';
import { hasCode, outsideBootstrap } from '@manycore/core/internal';
import { eventLoopTurn } from '../platform/worker-node.js';
import type { Shape } from '../transport/transport.js';
import { type RunningTask, setCurrentTask } from './current-task.js';
import type { WorkerResult } from './post-result.js';

/** How long (ms) a chunk of synchronous calls may go on before the worker reads its messages. */
const readInterval = 20;

/** The clock is looked at after so many calls at most … */
const mostStride = 16;
/** … and after one where those since the last look took so many milliseconds. */
const shortStride = 0.5;

type Errors = [index: number, error: unknown][];

/** What a worker has to know of a task to run it. */
export interface TaskManner {
  readonly shape: Shape;
  readonly wantsPartial: boolean;
}

/**
 * Calls the function of a task with its arguments, or with each of its items. The result of a plain function that
 * is called once is there at once. Never throws, and never rejects.
 */
export function runTask(
  fn: AnyFunction,
  { shape, wantsPartial }: TaskManner,
  values: readonly unknown[],
  task: RunningTask,
): WorkerResult | Promise<WorkerResult> {
  const call = fn as (...args: readonly unknown[]) => unknown;
  try {
    if (task.aborted) throw task.reason();
    setCurrentTask(task);
    if (shape !== 'call') return runChunk(call, shape, wantsPartial, values, task);
    const value = outsideBootstrap(() => call(...values));
    return isThenable(value) ? resultOf(value) : { status: 'ok', value };
  } catch (error) {
    return failure(error);
  }
}

async function resultOf(pending: PromiseLike<unknown>): Promise<WorkerResult> {
  try {
    return { status: 'ok', value: await pending };
  } catch (error) {
    return failure(error);
  }
}

async function runChunk(
  call: (...args: readonly unknown[]) => unknown,
  shape: 'map' | 'starmap',
  wantsPartial: boolean,
  items: readonly unknown[],
  task: RunningTask,
): Promise<WorkerResult> {
  try {
    const results = new ResultList(items.length);
    const errors: Errors | undefined = wantsPartial ? [] : undefined;
    await outsideBootstrap(() => runItems(call, shape, items, task, results, errors));
    const { values } = results;
    if (!errors?.[0]) return { status: 'ok', value: values };
    const status = errors.every(([, error]) => isFatal(error)) ? 'fatal' : 'failed';
    return { status, error: errors[0][1], partial: { values, errors } };
  } catch (error) {
    return failure(error);
  }
}

/** The result of a task that threw. */
export function failure(error: unknown): WorkerResult {
  return { status: isFatal(error) ? 'fatal' : 'failed', error };
}

/**
 * Calls the function with each item, pushes to `results`, and stops at the first error, or between two items
 * when the task is aborted. With `errors`, an error of an item goes there, and the next item follows.
 */
async function runItems(
  call: (...args: readonly unknown[]) => unknown,
  shape: 'map' | 'starmap',
  items: readonly unknown[],
  task: RunningTask,
  results: ResultList,
  errors: Errors | undefined,
): Promise<void> {
  let lastRead = performance.now();
  let lastLook = lastRead;
  let stride = 1;
  let nextLook = 0;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    if (index === nextLook) {
      const now = performance.now();
      if (now - lastRead > readInterval) {
        lastRead = now;
        await eventLoopTurn();
      }
      // To look at the clock takes longer than a short call.
      stride = now - lastLook < shortStride ? Math.min(stride * 2, mostStride) : 1;
      lastLook = now;
      nextLook += stride;
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

/** Errors of the call itself, which another attempt would meet again. */
function isFatal(error: unknown): boolean {
  return (
    hasCode(error, 'MANYCORE_TARGET_NOT_FOUND') ||
    hasCode(error, 'MANYCORE_NOT_CLONEABLE') ||
    hasCode(error, 'MANYCORE_BOOTSTRAP')
  );
}

/**
 * The results of a chunk's items, in their order: raw numbers for as long as all are numbers, since these are gathered
 * five times as fast and cross as they are; else a list.
 */
class ResultList {
  #numbers: Float64Array | undefined;
  #list: unknown[] = [];
  #length = 0;

  /** `items`: how many results there can be. */
  constructor(items: number) {
    this.#numbers = new Float64Array(items);
  }

  get length(): number {
    return this.#length;
  }

  push(result: unknown): void {
    const numbers = this.#numbers;
    if (numbers && typeof result === 'number') {
      numbers[this.#length] = result;
    } else {
      if (numbers) this.#becomeList(numbers);
      this.#list.push(result);
    }
    this.#length += 1;
  }

  /** A list, or a `Float64Array` that is used like one. */
  get values(): readonly unknown[] {
    const numbers = this.#numbers?.subarray(0, this.#length);
    return (numbers as readonly unknown[] | undefined) ?? this.#list;
  }

  #becomeList(numbers: Float64Array): void {
    this.#list = Array.from(numbers.subarray(0, this.#length));
    this.#numbers = undefined;
  }
}
