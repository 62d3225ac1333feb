import { sharedState } from '../shared-state.js';
import type { AnyFunction, FunctionRef } from './target.js';

interface Registry {
  readonly byPlace: Map<string, Map<string, AnyFunction>>;
  readonly byFunction: WeakMap<AnyFunction, FunctionRef>;
}

const registry = sharedState('tasks', (): Registry => ({
  byPlace: new Map<string, Map<string, AnyFunction>>(),
  byFunction: new WeakMap<AnyFunction, FunctionRef>(),
}));

/**
 * Registers `fn` under its name, so that workers find it although it is not exported; returns it. Call
 * it at the top level of the module that defines `fn`: a worker imports that module and looks there.
 *
 * It is also the way for runtimes in which a plain function does not reveal its module.
 *
 * @example
 * ```ts
 * import { refer, task } from '@manycore/core';
 *
 * const double = task(import.meta.url, function double(x: number): number {
 *   return 2 * x;
 * });
 * console.log(refer(double).name); // → double
 * ```
 *
 * @throws TypeError when `fn` has no name or the URL is none; Error when the name is taken by another function.
 */
export function task<F extends AnyFunction>(importMetaUrl: string, fn: F): F {
  if (typeof fn !== 'function') throw new TypeError('task(url, fn): fn must be a function');
  if (fn.name === '') {
    throw new TypeError('task(url, fn): fn needs a name; write task(url, function work() { … })');
  }
  if (!URL.canParse(importMetaUrl)) {
    throw new TypeError('task(url, fn): url must be import.meta.url');
  }
  let tasks = registry.byPlace.get(importMetaUrl);
  if (!tasks) registry.byPlace.set(importMetaUrl, (tasks = new Map<string, AnyFunction>()));
  const known = tasks.get(fn.name);
  if (known !== undefined && known !== fn) {
    throw new Error(`task: ${importMetaUrl} registers two functions named ${fn.name}; rename one`);
  }
  tasks.set(fn.name, fn);
  registry.byFunction.set(fn, { module: importMetaUrl, name: fn.name });
  return fn;
}

/** Where `task` registered a function. */
export function registeredPlace(fn: AnyFunction): FunctionRef | undefined {
  return registry.byFunction.get(fn);
}

/** The function that `task` registered at a place. */
export function registeredTask(ref: FunctionRef): AnyFunction | undefined {
  return registry.byPlace.get(ref.module)?.get(ref.name);
}
