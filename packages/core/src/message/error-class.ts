import { type ModuleExports, loadModule, mainModule, moduleUrl, rewritesModules } from '../platform/modules.js';
import { findRegisteredError, registeredErrorName } from '../errors/manycore-error.js';
import { findLoadedClass } from '../platform/heap.js';
import { inspectFunction } from '../platform/function-inspection.js';
import type { ErrorPart } from './packed.js';

type ErrorConstructor = new (message?: string) => Error;
export type ErrorClassRef = Pick<
  ErrorPart,
  'module' | 'registered' | 'className' | 'base' | 'name'
>;

const builtIn: ReadonlyMap<string, ErrorConstructor> = new Map<string, ErrorConstructor>([
  ['Error', Error],
  ['EvalError', EvalError],
  ['RangeError', RangeError],
  ['ReferenceError', ReferenceError],
  ['SyntaxError', SyntaxError],
  ['TypeError', TypeError],
  ['URIError', URIError],
  ['AggregateError', AggregateError as unknown as ErrorConstructor],
]);
const builtInNames: ReadonlyMap<unknown, string> = new Map(
  [...builtIn].map(([name, constructor]) => [constructor, name]),
);

const modulesOf = new WeakMap<object, string | undefined>();

/** Names the class of an error so that the other side can find it. */
export function errorClass(error: Error): ErrorClassRef {
  const base = nearestBuiltIn(error);
  const registeredName = registeredErrorName(error);
  if (registeredName !== undefined) {
    const name = registeredName;
    return { module: undefined, registered: true, className: name, base, name };
  }
  const constructor: unknown = (error as { constructor?: unknown }).constructor;
  const name = readName(error) ?? base;
  if (typeof constructor !== 'function' || builtInNames.has(constructor)) {
    return { module: undefined, registered: false, className: base, base, name };
  }
  const className = constructor.name;
  return { module: moduleOf(constructor), registered: false, className, base, name };
}

function nearestBuiltIn(error: Error): string {
  let prototype: unknown = Object.getPrototypeOf(error);
  while (typeof prototype === 'object' && prototype !== null) {
    const name = builtInNames.get((prototype as { constructor?: unknown }).constructor);
    if (name !== undefined) return name;
    prototype = Object.getPrototypeOf(prototype);
  }
  return 'Error';
}

function readName(error: Error): string | undefined {
  try {
    const name: unknown = error.name;
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

function moduleOf(constructor: object): string | undefined {
  if (modulesOf.has(constructor)) return modulesOf.get(constructor);
  let module: string | undefined;
  try {
    const { script } = inspectFunction(constructor);
    module = script === undefined ? undefined : moduleUrl(script);
    if (module?.startsWith('node:internal/') === true) module = undefined;
  } catch {
    // This runtime does not tell: the receiver falls back on the built-in class.
  }
  modulesOf.set(constructor, module);
  return module;
}

const found = new Map<string, ErrorConstructor | undefined>();

/**
 * Loads the class of an error that arrived, where it can be had, for `revivedError` to use.
 *
 * A module that is still being evaluated (the main module, waiting at its top level for this very error)
 * can be imported only when it is done, so the import is not waited for without end: the class of such a
 * module is loaded already and is looked for in the heap. So it is under a test runner, which holds
 * modules of its own beside those that `import` yields.
 */
export async function loadErrorClass(ref: ErrorClassRef): Promise<void> {
  const { module, className } = ref;
  if (module === undefined || found.has(keyOf(module, className))) return;
  let constructor = rewritesModules() ? findLoadedClass(module, className) : undefined;
  if (!constructor) {
    const exports = await importWithin(module, module === mainModule() ? 20 : 2_000);
    constructor = exports ? errorExport(exports, className) : findLoadedClass(module, className);
  }
  found.set(keyOf(module, className), constructor as ErrorConstructor | undefined);
}

/** A module's exports, if it can be imported within `limit` milliseconds. */
async function importWithin(module: string, limit: number): Promise<ModuleExports | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, limit, undefined);
  });
  try {
    return await Promise.race([loadModule(module), late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** Makes the error itself: of its own class if that was found, else of the nearest built-in one. */
export function revivedError(part: ErrorPart): Error {
  const base = builtIn.get(part.base) ?? Error;
  const { module, className } = part;
  const imported = module === undefined ? undefined : found.get(keyOf(module, className));
  const own = part.registered ? findRegisteredError(className) : imported;
  // The built-in's constructor makes it a true error; the class's own constructor must not run.
  const error = Reflect.construct(base, base === AggregateError ? [[]] : [], own ?? base) as Error;
  for (const key of Object.getOwnPropertyNames(error)) Reflect.deleteProperty(error, key);
  // A class that set no name of its own is known by the class's.
  const name = part.name === part.base ? part.className : part.name;
  if (!own && name !== '' && name !== part.base) hide(error, 'name', name);
  return error;
}

/** Gives an error one of the properties that are not enumerable. */
export function hide(error: object, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: false });
}

function errorExport(exports: ModuleExports, className: string): ErrorConstructor | undefined {
  const named = exports[className];
  if (isErrorClass(named) && named.name === className) return named;
  return Object.values(exports)
    .filter(isErrorClass)
    .find((candidate) => candidate.name === className);
}

function isErrorClass(value: unknown): value is ErrorConstructor & { name: string } {
  return typeof value === 'function' && value.prototype instanceof Error;
}

function keyOf(module: string, className: string): string {
  return `${module} ${className}`;
}
