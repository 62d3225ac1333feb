import type { Destination, Transferable } from '../endpoint/endpoint.js';
import { NotCloneableError } from '../errors/not-cloneable-error.js';
import { handleTypeOf } from './handle.js';
import { takeMoved } from './move.js';
import { isLeaf, movedOnly, refusalOf, tagOf, threadOnly } from './object-kinds.js';
import { describeKey, formatPath, type Key } from './path.js';
import { isDetached } from './transfer.js';

/** What `scan` found in a value. */
export interface Scan {
  /** Whether it holds handles or errors, for which the structured clone does not do. */
  readonly special: boolean;
  /** What `move` marked. */
  readonly transfer: Transferable[];
}

/**
 * Walks a value before it is sent: refuses what cannot be cloned, naming its path from `root`
 * (`args[0].items[3].onClick`), and tells whether the value needs more than the structured clone.
 * `handedOver` lists what the caller transfers besides.
 *
 * @throws NotCloneableError
 */
export function scan(
  value: unknown,
  root: string,
  to: Destination,
  handedOver: readonly Transferable[] = [],
): Scan {
  const path: Key[] = [];
  const seen = new Set<object>();
  const transfer: Transferable[] = [];
  const granted = new Set<unknown>(handedOver);
  let special = false;

  const refuse = (why: string, cause?: unknown): never => {
    const message = `${formatPath(root, path)} cannot be sent to a ${to}: it is ${why}`;
    throw new NotCloneableError(message, cause === undefined ? undefined : { cause });
  };

  const visitAt = (key: Key, item: unknown): void => {
    if (typeof item !== 'object' && typeof item !== 'function' && typeof item !== 'symbol') return;
    path.push(key);
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
    if (moved && to === 'thread') {
      if (moved.some(isDetached)) refuse('memory that was handed over before');
      transfer.push(...moved);
      for (const object of moved) granted.add(object);
    }
    if (Array.isArray(item)) {
      for (let i = 0; i < item.length; i += 1) visitAt(i, item[i]);
      return;
    }
    if (item instanceof Error) {
      special = true;
      return;
    }
    visitObject(item);
  };

  const visitObject = (item: object): void => {
    if (ArrayBuffer.isView(item)) {
      if (to === 'process' && item.buffer instanceof SharedArrayBuffer) refuse(sharedText);
      return;
    }
    const tag = tagOf(item);
    if (tag !== 'Object') {
      if (to === 'process' && threadOnly.has(tag)) {
        refuse(tag === 'SharedArrayBuffer' ? sharedText : `a ${tag}, which only threads can be given`);
      }
      if (movedOnly.has(tag) && !granted.has(item)) {
        refuse(`a ${tag}, which can be handed over but not copied: wrap it in move(…)`);
      }
      if (isLeaf(item)) return;
      if (item instanceof Map) {
        for (const [key, entry] of item) {
          visitAt(`<key ${describeKey(key)}>`, key);
          visitAt(`<${describeKey(key)}>`, entry);
        }
        return;
      }
      if (item instanceof Set) {
        let index = 0;
        for (const entry of item) {
          visitAt(`<item ${index}>`, entry);
          index += 1;
        }
        return;
      }
      const reason = refusalOf(tag);
      if (reason !== undefined) refuse(reason);
    }
    for (const key of Object.keys(item)) {
      let entry: unknown;
      try {
        entry = (item as Record<string, unknown>)[key];
      } catch (error) {
        path.push(key);
        refuse(`a getter that threw: ${String(error)}`, error);
      }
      visitAt(key, entry);
    }
  };

  try {
    visit(value);
  } catch (error) {
    // A RangeError may also be a getter's, or a proxy's, own.
    if (error instanceof RangeError && error.message.includes('call stack')) {
      return refuse('nested too deeply', error);
    }
    throw error;
  }
  return { special, transfer };
}

const sharedText =
  'memory that only threads of this process share. Use a SharedArray, Value or SharedMemory ' +
  "with { scope: 'processes' }";
