// The sender's side: how the class of an error is named.
import { registeredErrorName } from '../errors/manycore-error.js';
import { inspectFunction } from '../platform/function-inspection.js';
import { moduleUrl } from '../platform/modules.js';
import { builtInErrors } from './built-in-errors.js';
import type { ErrorPart } from './packed.js';

export type ErrorClassRef = Pick<
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
