import { describeThrown, isOwnError, ManycoreError, ProtocolError } from '../errors.js';
import { isMap, isSet } from '../platform/brand-checks.js';
import { loadModule } from '../platform/modules.js';
import { deserialize } from '../platform/node.js';
import { arrivalFailure } from './clone-failure.js';
import { loadErrorClass, revivedError } from './error-parts.js';
import { findHandleType } from './handle.js';
import { isLeaf } from './object-kinds.js';
import {
  checkPacked,
  define,
  defineHidden,
  type DomExceptionPart,
  type ErrorPart,
  type HandlePart,
  type Packed,
  type Part,
} from './packed.js';
import { importHandlePackage, isTrustedModule, packageOf } from './trusted-modules.js';

/**
 * The value that was packed. Handles and errors become instances of classes that this thread's program has
 * loaded or registered. It imports modules that its parent named and manycore's own packages, so it is async
 * (`unpackSync` imports nothing); it never imports a module because the message names it.
 *
 * @throws ManycoreError for a handle of a type that is not known here; NotCloneableError for what is nested
 * deeper than the stack here allows; ProtocolError for what is no packed value.
 */
export async function unpack(packed: Packed): Promise<unknown> {
  const [value, parts] = checked(packed);
  if (!parts) return value;
  for (const part of parts) {
    if (part.kind === 'handle') await prepareHandle(part);
    if (part.kind === 'error') await loadErrorClass(part);
  }
  return new Reviver(parts).revive(value);
}

/**
 * The value that was packed, at once. The modules of its handles must be loaded; an error whose class
 * was not met before arrives as the nearest built-in class with its name.
 */
export function unpackSync(packed: Packed): unknown {
  const [value, parts] = checked(packed);
  return parts ? new Reviver(parts).revive(value) : value;
}

/** The packed value, verified; deserialised first if it was sent as bytes. */
function checked(packed: unknown): readonly [value: unknown, parts: readonly Part[] | undefined] {
  checkPacked(packed);
  if (packed.length < 3) return [packed[0], packed[1]];
  let inner: unknown;
  try {
    inner = deserialize(packed[0] as Uint8Array);
  } catch (cause) {
    throw arrivalFailure('a value', cause);
  }
  checkPacked(inner);
  return [inner[0], inner[1]];
}

async function prepareHandle({ name, module, state }: HandlePart): Promise<void> {
  if (!findHandleType(name)) {
    try {
      if (isTrustedModule(module)) await loadModule(module);
      else await importHandlePackage(name);
    } catch (cause) {
      throw new ManycoreError(
        'MANYCORE_UNKNOWN_HANDLE',
        `a ${name} arrived, but the module that defines it cannot be loaded here: ${describeThrown(cause)}`,
        { cause },
      );
    }
  }
  // Handles within its state are still slots there.
  await attaching(name, () => findHandleType(name)?.prepare?.(state));
}

/** Words the error of attaching a state that no `detach` made. */
function attaching<T>(name: string, attach: () => T): T {
  const fail = (cause: unknown): never => {
    if (isOwnError(cause)) throw cause;
    throw new ProtocolError(
      `a ${name} arrived that cannot be attached here: ${describeThrown(cause)}`,
      { cause },
    );
  };
  try {
    const attached = attach();
    return attached instanceof Promise ? (attached.catch(fail) as T) : attached;
  } catch (cause) {
    return fail(cause);
  }
}

/**
 * Replaces the slots in a message by what their parts stand for. Nothing here recurses into the value: what
 * could be deserialised can be revived.
 */
class Reviver {
  readonly #parts: readonly Part[];
  /** What stands for a slot from now on. */
  readonly #made = new Map<object, object>();
  readonly #slots: ReadonlySet<object>;
  readonly #walked = new Set<object>();

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
    // Not by `map`: a list that arrived may have a property `constructor`, of which that makes the result.
    this.#slots = new Set(Array.from(parts, ({ slot }) => slot));
  }

  revive(value: unknown): unknown {
    // Errors first, still empty: a cause may lead back to the error itself, and a handle's state to both.
    for (const part of this.#parts) {
      if (part.kind === 'error') this.#made.set(part.slot, revivedError(part));
      else if (part.kind === 'domException') this.#made.set(part.slot, domException(part));
    }
    // A handle comes after those that its state holds.
    for (const part of this.#parts) if (part.kind === 'handle') this.#attach(part);
    for (const part of this.#parts) {
      const made = this.#made.get(part.slot);
      if (part.kind === 'error' && made) this.#fillError(made, part);
      if (part.kind === 'domException' && part.cause && made) {
        defineHidden(made, 'cause', this.#replaced(part.cause[0]));
      }
    }
    return this.#replaced(value);
  }

  #attach(part: HandlePart): void {
    const { name } = part;
    const type = findHandleType(name);
    if (!type) throw unknownHandle(name);
    this.#made.set(
      part.slot,
      attaching(name, () => type.attach(this.#replaced(part.state))),
    );
  }

  #fillError(error: object, part: ErrorPart): void {
    for (const [key, value] of Object.entries(part.hidden)) defineHidden(error, key, this.#replaced(value));
    for (const [key, value] of Object.entries(part.visible)) define(error, key, this.#replaced(value));
  }

  /** What stands for a value, in which all slots are replaced. */
  #replaced(value: unknown): unknown {
    if (!isObject(value)) return value;
    if (this.#slots.has(value)) return this.#madeFor(value);
    const waiting = [value];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      if (this.#walked.has(next) || isLeaf(next)) continue;
      this.#walked.add(next);
      if (isMap(next)) this.#replaceInMap(next, waiting);
      else if (isSet(next)) this.#replaceInSet(next, waiting);
      else this.#replaceInObject(next, waiting);
    }
    return value;
  }

  #replaceInObject(object: object, waiting: object[]): void {
    const items = object as Record<string, unknown>;
    for (const key of Object.keys(items)) {
      const item = items[key];
      if (!isObject(item)) continue;
      if (this.#slots.has(item)) define(items, key, this.#madeFor(item));
      else waiting.push(item);
    }
  }

  #replaceInMap(map: Map<unknown, unknown>, waiting: object[]): void {
    const entries = [...map];
    map.clear();
    for (const [key, item] of entries) {
      map.set(this.#replacedLater(key, waiting), this.#replacedLater(item, waiting));
    }
  }

  #replaceInSet(set: Set<unknown>, waiting: object[]): void {
    const items = [...set];
    set.clear();
    for (const item of items) set.add(this.#replacedLater(item, waiting));
  }

  /** The same, but the properties of an object are left for later. */
  #replacedLater(item: unknown, waiting: object[]): unknown {
    if (!isObject(item)) return item;
    if (this.#slots.has(item)) return this.#madeFor(item);
    waiting.push(item);
    return item;
  }

  #madeFor(slot: object): object {
    const made = this.#made.get(slot);
    if (made) return made;
    throw new ProtocolError('a message arrived with a handle whose state holds the handle itself');
  }
}

function domException({ message, name, stack }: DomExceptionPart): DOMException {
  const exception = new DOMException(message, name);
  defineHidden(exception, 'stack', stack);
  return exception;
}

function unknownHandle(name: string): ManycoreError {
  const own = packageOf(name);
  const fix =
    own === undefined
      ? 'import the module that registers it (registerHandle) before it arrives'
      : `import '${own}' before it arrives`;
  return new ManycoreError(
    'MANYCORE_UNKNOWN_HANDLE',
    `a ${name} arrived, but its class is not loaded here: ${fix}. ` +
      'For safety a program imports no module because a message names it',
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
