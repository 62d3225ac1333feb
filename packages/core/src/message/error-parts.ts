import { findRegisteredError, registeredErrorName } from '../errors.js';
import { inspectFunction } from '../platform/function-inspection.js';
import { findLoadedClass } from '../platform/loaded-modules.js';
import {
  loadModule,
  mainModule,
  type ModuleExports,
  moduleUrl,
  rewritesModules,
} from '../platform/modules.js';
import { defineHidden, type ErrorPart } from './packed.js';
import { isKnownModule } from './trusted-modules.js';

type ErrorConstructor = new (message?: string) => Error;

/** The error classes that every program has, by name. */
const builtInErrors: ReadonlyMap<string, ErrorConstructor> = new Map<string, ErrorConstructor>([
  ['Error', Error],
  ['EvalError', EvalError],
  ['RangeError', RangeError],
  ['ReferenceError', ReferenceError],
  ['SyntaxError', SyntaxError],
  ['TypeError', TypeError],
  ['URIError', URIError],
  ['AggregateError', AggregateError as unknown as ErrorConstructor],
]);

// The sender's side: how the class of an error is named.

type ErrorClassRef = Pick<
  ErrorPart,
  'module' | 'registered' | 'className' | 'base' | 'name'
>;

const builtInNames: ReadonlyMap<unknown, string> = new Map(
  [...builtInErrors].map(([name, constructor]) => [constructor, name]),
);

const modulesOf = new WeakMap<object, string | undefined>();

/** Names the class of an error so that the other side can find it; `Error` if the class cannot be read. */
export function errorClass(error: Error): ErrorClassRef {
  try {
    return readClass(error);
  } catch {
    return { module: undefined, registered: false, className: 'Error', base: 'Error', name: 'Error' };
  }
}

function readClass(error: Error): ErrorClassRef {
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
  const className = typeof constructor.name === 'string' ? constructor.name : base;
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
    // This runtime has no inspector: the receiver falls back on the built-in class.
  }
  modulesOf.set(constructor, module);
  return module;
}

// The receiver's side: the error that arrived becomes an instance of its class.

/** The classes that were looked for in modules of this program. */
const found = new Map<string, ErrorConstructor | undefined>();
/** How many classes that were not found are remembered: a worker could invent any number of names. */
const mostNotFound = 1000;

/**
 * Finds the class of an error that arrived, for `revivedError` to use: in a module that this thread's
 * program has loaded itself, or that its parent named. Any other module is not imported: the error may come
 * from a worker that lies.
 *
 * A module that is still being evaluated (the main module, which awaits this very error at its top level)
 * can be imported only when it is done, so the wait for the import is limited: the class of such a module
 * is loaded already and is looked up in the heap. The same serves test runners, which hold modules of their
 * own beside those that `import` yields.
 */
export async function loadErrorClass(ref: ErrorClassRef): Promise<void> {
  const { module, className } = ref;
  if (module === undefined || found.has(keyOf(module, className))) return;
  if (!isKnownModule(module)) return;
  let constructor = rewritesModules() ? findLoadedClass(module, className) : undefined;
  if (!constructor) {
    const exports = await importWithin(module, module === mainModule() ? 20 : 2_000);
    constructor = exports ? errorExport(exports, className) : findLoadedClass(module, className);
  }
  if (constructor !== undefined || found.size < mostNotFound) {
    found.set(keyOf(module, className), constructor as ErrorConstructor | undefined);
  }
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
  const base = builtInErrors.get(part.base) ?? Error;
  const { module, className } = part;
  const imported = module === undefined ? undefined : found.get(keyOf(module, className));
  const own = part.registered ? findRegisteredError(className) : imported;
  // The built-in's constructor makes it a true error; the class's own constructor must not run.
  const error = Reflect.construct(base, base === AggregateError ? [[]] : [], own ?? base) as Error;
  for (const key of Object.getOwnPropertyNames(error)) Reflect.deleteProperty(error, key);
  // A class that set no name of its own is known by the class's.
  const name = part.name === part.base ? part.className : part.name;
  if (!own && name !== '' && name !== part.base) defineHidden(error, 'name', name);
  return error;
}

function errorExport(exports: ModuleExports, className: string): ErrorConstructor | undefined {
  try {
    const named = Object.hasOwn(exports, className) ? exports[className] : undefined;
    if (isErrorClass(named) && named.name === className) return named;
    return Object.values(exports)
      .filter(isErrorClass)
      .find((candidate) => candidate.name === className);
  } catch {
    // An export that has no value yet.
    return undefined;
  }
}

function isErrorClass(value: unknown): value is ErrorConstructor & { name: string } {
  return typeof value === 'function' && value.prototype instanceof Error;
}

function keyOf(module: string, className: string): string {
  return `${module} ${className}`;
}
