import { TargetNotFoundError } from '../errors.js';
import {
  capturedVariables,
  type EnclosingVariable,
  type FunctionInspection,
  inspectFunction,
  whyUninspected,
} from '../platform/function-inspection.js';
import { isWindowsPath, moduleUrl } from '../platform/modules.js';
import { hasTestGlobals } from '../platform/test-runner.js';
import {
  type AnyFunction,
  functionLabel,
  type FunctionRef,
  isClass,
  type NamedTarget,
  type Target,
  type TargetRef,
} from './target.js';
import { registeredPlace } from './task.js';

const known = new WeakMap<AnyFunction, TargetRef>();
const underRunner = new WeakMap<TargetRef, TargetRef>();
/** By module and name: a pool numbers the targets that it meets. */
const named = new Map<string, TargetRef>();

/**
 * Where a worker will find `target`: its module's URL and its name there.
 *
 * @throws TargetNotFoundError for a function that no worker could find: a closure, a bound or built-in
 * function, a class, a function defined by `eval` or in a REPL. (Whether the function is exported is checked
 * in the worker.)
 */
export function refer(target: Target): FunctionRef {
  const { module, name } = locate(target, 'worker');
  return { module, name };
}

/** `refer`, with the function's text for the worker; errors name the kind of worker. */
export function locate(target: Target, worker: string): TargetRef {
  const ref = typeof target === 'function' ? placeOf(target, worker) : namedTarget(target);
  return hasTestGlobals() ? withTestGlobals(ref) : ref;
}

/** The same object for the same place: a pool sends each once. */
function withTestGlobals(ref: TargetRef): TargetRef {
  let marked = underRunner.get(ref);
  if (!marked) underRunner.set(ref, (marked = { ...ref, testGlobals: true }));
  return marked;
}

function placeOf(fn: AnyFunction, worker: string): TargetRef {
  const registered = registeredPlace(fn);
  if (registered) return registered;
  const ref = known.get(fn) ?? inspect(fn, worker);
  known.set(fn, ref);
  return ref;
}

function namedTarget(target: unknown): TargetRef {
  const { module, name } = (target as Partial<NamedTarget> | null | undefined) ?? {};
  const url = module instanceof URL ? module.href : module;
  if (typeof url !== 'string' || typeof name !== 'string' || name === '') {
    throw new TypeError(`target must be a function or { module: URL, name: string }${wrongTarget(target)}`);
  }
  if (!URL.canParse(url) || isWindowsPath(url)) {
    const instead = isWindowsPath(url) ? 'pathToFileURL(path) of node:url' : `new URL('${url}', import.meta.url)`;
    throw new TypeError(`target.module must be a URL, not '${url}'; write ${instead}`);
  }
  const key = `${url}\n${name}`;
  const ref = named.get(key) ?? { module: url, name };
  named.set(key, ref);
  return ref;
}

/** The usual mistake is f(1) in place of f, 1. */
function wrongTarget(target: unknown): string {
  const apart = 'pass the function itself, and its arguments apart from it: f, 1 and not f(1)';
  if (target instanceof Promise) return `, not a promise: you called it; ${apart}`;
  if (typeof target === 'object' && target !== null && !Array.isArray(target)) return '';
  const what = Array.isArray(target) ? 'an array' : typeof target === 'string' ? `'${target}'` : String(target);
  return `, not ${what}. If you called it, ${apart}`;
}

function inspect(fn: AnyFunction, worker: string): TargetRef {
  const refuse = (why: string, cause?: unknown): never => {
    throw new TargetNotFoundError(
      `cannot run ${functionLabel(fn.name)} in a ${worker}: ${why}`,
      cause === undefined ? undefined : { cause },
    );
  };
  const source = Function.prototype.toString.call(fn);
  if (isClass(fn)) refuse('it is a class. Export a function that uses the class');

  let found: FunctionInspection;
  try {
    found = inspectFunction(fn);
  } catch (cause) {
    const way = 'register it with task(import.meta.url, fn), or give { module, name }';
    return refuse(`${whyUninspected()}, or ${way}`, cause);
  }
  if (found.bound) {
    refuse('it is a bound function. Export the function itself and pass what it was bound to in args');
  }
  if (found.script === undefined || found.script.startsWith('node:internal/')) {
    return refuse('it is built in or native. Export a function that calls it');
  }
  const module = moduleUrl(found.script);
  if (module === undefined) {
    return refuse('it was not defined in a module that a worker could import. Move it to a file');
  }
  const captured = capturedVariables(source, found.enclosing);
  if (captured.length > 0) refuse(closureText(captured, fn.name, module));
  return { module, name: fn.name, source, ...(found.rewritten && { rewritten: true }) };
}

function closureText(
  captured: readonly EnclosingVariable[],
  name: string,
  module: string,
): string {
  const owners = [...new Set(captured.map(({ owner }) => owner))];
  const clauses = owners.map((owner) => {
    const place = owner === '' ? 'the block or function around it' : `\`${owner}\``;
    const variables = captured.filter((variable) => variable.owner === owner);
    return `${list(variables.map((variable) => variable.name))} from ${place}`;
  });
  const names = list([...new Set(captured.map((variable) => variable.name))]);
  const exported = name === '' ? 'the function' : `\`${name}\``;
  return (
    `it captures ${clauses.join(' and ')}. ` +
    `Pass ${names} in args and export ${exported} from the top level of ${module}`
  );
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
