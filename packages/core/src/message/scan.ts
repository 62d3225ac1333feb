import type { Destination, Transferable } from '../endpoint/endpoint.js';
import { describeThrown, NotCloneableError } from '../errors.js';
import { isError, isMap, isSet, isSharedArrayBuffer } from '../platform/brand-checks.js';
import { bufferOf, isLargeBinary } from './binary-copies.js';
import { formatPath, type Key, MapStep, readFailure } from './clone-failure.js';
import { handleTypeOf } from './handle.js';
import { isDetached, type Mark, restoreMarks, takeMoved } from './move.js';
import { isLeaf, refusalOf, tagOf, threadOnly, transferOnly } from './object-kinds.js';

/** What `scan` found in a value. */
export interface Scan {
  /** Whether it holds handles or errors, which the structured clone does not preserve. */
  readonly special: boolean;
  /** What `move` marked. */
  readonly transfer: Transferable[];
  /** The marks themselves, which were removed. */
  readonly marks: readonly Mark[];
  /** Whether it holds large buffers that are copied. */
  readonly large: boolean;
  /** How many levels the value has, at most. */
  readonly depth: number;
}

/**
 * Walks a value before it is sent: refuses what cannot be cloned, naming its path from `root`
 * (`args[0].items[3].onClick`), and tells whether the value needs more than the structured clone.
 * `transferred` lists what the caller transfers besides. Takes time for the items that exist: not for the
 * holes of an array, nor for the bytes of binary data.
 *
 * @throws NotCloneableError, also for a value whose getters or proxy traps throw.
 */
export function scan(
  value: unknown,
  root: string,
  to: Destination,
  transferred: readonly Transferable[] = [],
): Scan {
  const path: Key[] = [];
  const seen = new Set<object>();
  const transfer: Transferable[] = [];
  const granted = new Set<unknown>(transferred);
  /** Marks of `move` that were removed: a value that is refused gets them back. */
  const marks: Mark[] = [];
  let special = false;
  let large = false;
  let depth = 0;

  const refuse = (why: string, cause?: unknown): never => {
    const message = `${formatPath(root, path)} cannot be sent to a ${to}: it is ${why}`;
    throw new NotCloneableError(message, cause === undefined ? undefined : { cause });
  };

  const visitAt = (key: Key, item: unknown): void => {
    if (!needsLook(item)) return;
    path.push(key);
    if (path.length > depth) depth = path.length;
    visit(item);
    path.pop();
  };

  const visit = (item: unknown): void => {
    if (typeof item === 'function') {
      const name = item.name === '' ? '' : ` (${item.name})`;
      refuse(`a function${name}. Only data crosses; a target is passed as target`);
    }
    if (typeof item === 'symbol') refuse('a symbol');
    if (typeof item !== 'object' || item === null || seen.has(item)) return;
    seen.add(item);
    const type = handleTypeOf(item);
    if (type) {
      special = true;
      if (to === 'process' && type.scope(item) === 'threads') {
        refuse(
          `a ${type.name} of scope 'threads', which only threads of this process can reach. ` +
            `Create it with { scope: 'processes' }`,
        );
      }
      return;
    }
    const moved = takeMoved(item);
    if (moved) marks.push([item, moved]);
    if (moved && to === 'thread') {
      if (moved.some(isDetached)) refuse(transferredText);
      transfer.push(...moved);
      for (const object of moved) granted.add(object);
    }
    if (Array.isArray(item)) visitArray(item);
    else if (item instanceof Error) special = true;
    else visitObject(item);
  };

  const visitArray = (items: readonly unknown[]): void => {
    const { length } = items;
    for (let i = 0; i < length; i += 1) {
      const item = items[i];
      // From the first hole on only existing items are walked: the length may be 4,294,967,295.
      if (item === undefined && !(i in items)) {
        visitProperties(items);
        return;
      }
      visitAt(i, item);
    }
  };

  const visitObject = (item: object): void => {
    if (ArrayBuffer.isView(item)) {
      if (to === 'process' && isSharedArrayBuffer(item.buffer)) refuse(sharedText);
      if (isDetached(item.buffer)) refuse(transferredText);
      noteSize(item);
      return;
    }
    const tag = tagOf(item);
    if (tag !== 'Object') {
      if (tag === 'Error' && isError(item)) {
        special = true;
        return;
      }
      if (to === 'process' && threadOnly.has(tag)) {
        refuse(tag === 'SharedArrayBuffer' ? sharedText : `a ${tag}, which only threads can be given`);
      }
      if (transferOnly.has(tag) && !granted.has(item)) {
        refuse(`a ${tag}, which can be transferred but not copied: wrap it in move(…)`);
      }
      if (isDetached(item)) refuse(transferredText);
      if (isLeaf(item)) {
        noteSize(item);
        return;
      }
      if (isMap(item)) {
        for (const [key, entry] of item) {
          if (needsLook(key)) visitAt(new MapStep(key, true), key);
          if (needsLook(entry)) visitAt(new MapStep(key, false), entry);
        }
        return;
      }
      if (isSet(item)) {
        let index = 0;
        for (const entry of item) {
          if (needsLook(entry)) visitAt(`<item ${index}>`, entry);
          index += 1;
        }
        return;
      }
      const reason = refusalOf(tag);
      if (reason !== undefined) refuse(reason);
    }
    visitProperties(item);
  };

  const noteSize = (binary: object): void => {
    large ||= !granted.has(bufferOf(binary)) && isLargeBinary(binary);
  };

  const visitProperties = (item: object): void => {
    for (const key of Object.keys(item)) {
      const step = Array.isArray(item) && /^\d+$/.test(key) ? Number(key) : key;
      let entry: unknown;
      try {
        entry = (item as Record<string, unknown>)[key];
      } catch (error) {
        path.push(step);
        refuse(`a getter that threw: ${describeThrown(error)}`, error);
      }
      visitAt(step, entry);
    }
  };

  try {
    visit(value);
  } catch (error) {
    restoreMarks(marks);
    throw readFailure(formatPath(root, path), to, error);
  }
  return { special, transfer, marks, large, depth };
}

/** Whether a value can hold, or be, something that cannot be sent. */
function needsLook(item: unknown): boolean {
  const type = typeof item;
  return type === 'object' || type === 'function' || type === 'symbol';
}

const transferredText = 'memory that was transferred before';

const sharedText =
  'memory that only threads of this process share. Use a SharedArray, Value or SharedMemory ' +
  "with { scope: 'processes' }";
