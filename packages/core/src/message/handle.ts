import { sharedState } from '../shared-state.js';
import type { Destination } from '../endpoint/endpoint.js';
import { moduleInBundle } from '../platform/own-script.js';

/**
 * A handle is an object that refers to a shared resource: a lock, a queue, a shared memory. When it is sent
 * to another thread or process, it arrives as a handle of the same class to the same resource.
 * `registerHandle` makes a class one.
 */
export interface HandleType<T extends object = object, S = unknown> {
  /** Unique over all packages, and what error messages call the object: `Lock`, `SharedArray`. */
  readonly name: string;
  /** The `import.meta.url` of the module that registers the class: a worker imports it if its parent knew it. */
  readonly module: string;
  /** Whether only threads of this process can reach the resource, or other processes as well. */
  scope(handle: T): 'threads' | 'processes';
  /** The state to send: anything cloneable for `to`, which may hold further handles. Must not wait. */
  detach(handle: T, to: Destination): S;
  /**
   * Modules besides `module` that a worker to which its parent sends the handle may import for it: those of
   * functions that the state names.
   */
  modules?(state: S): readonly string[];
  /** Loads what `attach` needs, such as a module that the state names; awaited before `attach` if possible. */
  prepare?(state: S): Promise<unknown>;
  /** Makes the handle from the state that arrived. */
  attach(state: S): T;
}

/** On the prototype of each registered class. Shared by all copies of this package in a process. */
const handleType: unique symbol = Symbol.for('manycore.handleType');

const registry = sharedState('handleTypes', () => new Map<string, HandleType>());

/** Makes instances of `constructor` cross as handles. Called once, where the class is defined. */
export function registerHandle<T extends object, S>(
  constructor: abstract new (...args: never) => T,
  type: HandleType<T, S>,
): void {
  const given = type as unknown as HandleType;
  const module = moduleInBundle();
  const erased = module === undefined ? given : { ...given, module };
  registry.set(type.name, erased);
  Object.defineProperty(constructor.prototype, handleType, { value: erased, configurable: true });
}

/** The handle type of a value, if it is a handle. */
export function handleTypeOf(value: object): HandleType | undefined {
  return (value as { [handleType]?: HandleType })[handleType];
}

/** The modules that registered the handle types of this thread. */
export function registeredModules(): string[] {
  return [...registry.values()].map(({ module }) => module);
}

/** The handle type registered under a name, if its module is loaded. */
export function findHandleType(name: string): HandleType | undefined {
  return registry.get(name);
}
