import { moduleUrl } from '../platform/modules.js';
import { sharedState } from '../shared-state.js';
import { type AnyFunction, type FunctionRef, isClass } from './target.js';

interface Registry {
  readonly byPlace: Map<string, Map<string, AnyFunction>>;
  readonly byFunction: WeakMap<AnyFunction, FunctionRef>;
}

const registry = sharedState('tasks', (): Registry => ({
  byPlace: new Map<string, Map<string, AnyFunction>>(),
  byFunction: new WeakMap<AnyFunction, FunctionRef>(),
}));

/**
 * Registers `fn`, under its own name or under `name`, so that workers find it although it is not exported;
 * returns it. Call it at the top level of the module that defines `fn`: a worker imports that module and
 * looks there.
 *
 * It is also the way for runtimes in which a plain function does not reveal its module. In a bundle or
 * a minified file functions lose their own names: give one here, or use `tasks`.
 *
 * @param importMetaUrl - `import.meta.url`; in CommonJS, `__filename`.
 *
 * @example
 * ```ts
 * import { refer, task } from '@manycore/core';
 *
 * const double = task(import.meta.url, 'double', (x: number): number => 2 * x);
 * console.log(refer(double).name); // → double
 * ```
 *
 * @throws TypeError when `fn` is no function or has no name, `name` is empty, or the URL is none; Error when
 * the name is taken by another function of the same URL.
 */
export function task<F extends AnyFunction>(importMetaUrl: string, fn: F): F;
export function task<F extends AnyFunction>(importMetaUrl: string, name: string, fn: F): F;
export function task<F extends AnyFunction>(importMetaUrl: string, nameOrFn: F | string, named?: F): F {
  if (typeof nameOrFn !== 'string' && named === undefined) {
    const call = 'task(url, fn)';
    const fn = callable(call, 'fn', nameOrFn) as F;
    if (fn.name === '') {
      throw new TypeError(
        `${call}: fn needs a name; write task(url, 'work', fn), which minifiers keep as it is`,
      );
    }
    register(call, importMetaUrl, [[fn.name, fn]]);
    return fn;
  }
  const call = 'task(url, name, fn)';
  if (typeof nameOrFn !== 'string' || nameOrFn === '') {
    throw new TypeError(`${call}: name must be a string of at least one character`);
  }
  const fn = callable(call, 'fn', named) as F;
  register(call, importMetaUrl, [[nameOrFn, fn]]);
  return fn;
}

/**
 * Registers several functions, each under its key; returns the object. The keys survive every bundler and
 * minifier, which is why this is the form for bundled programs: a file that holds many modules exports
 * few of their functions. Call it at the top level of a module, as `task`. A worker imports that module, or
 * the file into which it was bundled, and so registers the same functions again.
 *
 * Names are counted by URL: two modules that end in one bundled file must not use the same key.
 *
 * @param importMetaUrl - `import.meta.url`; in CommonJS, `__filename`.
 * @param table - an object whose values are functions; `import * as work from …` is one. Nothing is registered
 * when one of them is refused.
 *
 * @example
 * ```ts
 * import { refer, tasks } from '@manycore/core';
 *
 * export const { add, mul } = tasks(import.meta.url, {
 *   add: (a: number, b: number): number => a + b,
 *   mul: (a: number, b: number): number => a * b,
 * });
 * console.log(refer(mul).name); // → mul
 * console.log(add(1, 2)); // → 3
 * ```
 *
 * @throws TypeError when `table` is no such object, a value is no function, a key is empty, or the URL is none;
 * Error when a name is taken by another function of the same URL.
 */
export function tasks<T extends Readonly<Record<keyof T, AnyFunction>>>(importMetaUrl: string, table: T): T {
  const call = 'tasks(url, { … })';
  if (!isTable(table)) {
    throw new TypeError(`${call}: the second argument must be an object { name: function, … }`);
  }
  const entries = Object.entries<unknown>(table).map(([name, fn]): [string, AnyFunction] => {
    if (name === '') throw new TypeError(`${call}: a key is empty; each key is the name of its function`);
    return [name, callable(call, `the value of \`${name}\``, fn)];
  });
  register(call, importMetaUrl, entries);
  return table;
}

function isTable(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return ['[object Object]', '[object Module]'].includes(Object.prototype.toString.call(value));
}

/** `fn`, if it is one that can be called. */
function callable(call: string, what: string, fn: unknown): AnyFunction {
  if (typeof fn !== 'function') {
    throw new TypeError(`${call}: ${what} must be a function, not ${describe(fn)}`);
  }
  if (isClass(fn)) {
    throw new TypeError(`${call}: ${what} must be a function, not a class; write one that uses the class`);
  }
  return fn as AnyFunction;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (value instanceof Promise) return 'a promise: pass the function itself, without calling it';
  return `a value of type ${typeof value}`;
}

/** Registers all of them or none. */
function register(
  call: string,
  importMetaUrl: string,
  entries: readonly (readonly [name: string, fn: AnyFunction])[],
): void {
  const module = typeof importMetaUrl === 'string' ? moduleUrl(importMetaUrl) : undefined;
  if (module === undefined) {
    throw new TypeError(`${call}: url must be import.meta.url, or __filename in CommonJS`);
  }
  let registered = registry.byPlace.get(module);
  if (!registered) registry.byPlace.set(module, (registered = new Map<string, AnyFunction>()));
  for (const [name, fn] of entries) {
    const known = registered.get(name);
    if (known !== undefined && known !== fn) {
      throw new Error(
        `${call}: ${module} registers two functions named ${name}; rename one ` +
          '(modules that are bundled into one file share their names)',
      );
    }
  }
  for (const [name, fn] of entries) {
    registered.set(name, fn);
    registry.byFunction.set(fn, { module, name });
  }
}

/** Where `task` registered a function. */
export function registeredPlace(fn: AnyFunction): FunctionRef | undefined {
  return registry.byFunction.get(fn);
}

/** The function that `task` registered at a place. */
export function registeredTask(ref: FunctionRef): AnyFunction | undefined {
  return registry.byPlace.get(ref.module)?.get(ref.name);
}

/** The names that are registered for a module. */
export function registeredNames(module: string): string[] {
  return [...(registry.byPlace.get(module)?.keys() ?? [])];
}

/** All functions that `task` and `tasks` registered in this thread. */
export function registeredTasks(): FunctionRef[] {
  return [...registry.byPlace].flatMap(([module, functions]) =>
    [...functions.keys()].map((name) => ({ module, name })),
  );
}
