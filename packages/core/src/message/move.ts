import type { Transferable } from '../endpoint/endpoint.js';
import { isArrayBuffer, isMap, isSet, isSharedArrayBuffer } from '../platform/brand-checks.js';
import { sharedState } from '../shared-state.js';
import { isLeaf } from './object-kinds.js';

/** `pending` is how many marks there are: more, perhaps, since values that are collected keep theirs. */
const marks = sharedState('moves', () => ({
  moved: new WeakMap<object, readonly Transferable[]>(),
  pending: 0,
}));

/** Whether anything may be marked now: if not, no value has to be looked at for it. */
export function isMovePending(): boolean {
  return marks.pending > 0;
}

/**
 * Marks a value to be transferred, not copied, when it next crosses to another thread: inside
 * arguments, results or messages. Returns the value itself. Afterwards the sender's `ArrayBuffer` is
 * detached (length 0). Without `transfer`, every `ArrayBuffer` and `MessagePort` in the value goes.
 * Memory cannot be transferred to another process: the value is copied.
 *
 * @throws TypeError naming an item of `transfer` that cannot be transferred.
 *
 * @example
 * ```ts
 * import { move } from '@manycore/core';
 *
 * const samples = new Float64Array(1_000_000);
 * const args = [move(samples)]; // new Thread({ target, args }) copies nothing
 * console.log(args[0] === samples); // → true
 * ```
 */
export function move<T>(value: T, transfer?: readonly Transferable[]): T {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value;
  markMoved(value, transfer ? checkTransfer(transfer) : transferablesIn(value));
  return value;
}

/** What `move` marked to be transferred with `value`; removes the mark. */
export function takeMoved(value: object): readonly Transferable[] | undefined {
  const transfer = marks.moved.get(value);
  if (transfer && marks.moved.delete(value)) marks.pending -= 1;
  return transfer;
}

/** A value that was marked by `move`, and what is transferred with it. */
export type Mark = readonly [value: object, transfer: readonly Transferable[]];

/** For a message that is not sent: it is to be moved by the next one. */
export function restoreMarks(removed: readonly Mark[]): void {
  for (const [value, transfer] of removed) markMoved(value, transfer);
}

function markMoved(value: object, transfer: readonly Transferable[]): void {
  if (!marks.moved.has(value)) marks.pending += 1;
  marks.moved.set(value, transfer);
}

/** All that can be transferred in a value, however deep, in the order in which it is met. */
function transferablesIn(value: object): Transferable[] {
  const found: Transferable[] = [];
  const seen = new Set<unknown>();
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const item = waiting.pop();
    if (typeof item !== 'object' || item === null || seen.has(item)) continue;
    seen.add(item);
    if (isTransferable(item)) found.push(item);
    else for (const part of partsOf(item).reverse()) if (typeof part === 'object') waiting.push(part);
  }
  return found;
}

function isTransferable(item: object): boolean {
  return (
    isArrayBuffer(item) ||
    item instanceof MessagePort ||
    item instanceof ReadableStream ||
    item instanceof WritableStream ||
    item instanceof TransformStream
  );
}

function partsOf(item: object): unknown[] {
  if (ArrayBuffer.isView(item)) return [item.buffer];
  if (isMap(item)) return [...item].flat();
  if (isSet(item)) return [...item];
  return isLeaf(item) ? [] : Object.values(item);
}

/**
 * A caller's list of objects to transfer.
 *
 * @throws TypeError naming an item that cannot be transferred. (Node may refuse further kinds, which cannot
 * be recognized here.)
 */
export function checkTransfer(transfer: unknown): readonly Transferable[] {
  if (!Array.isArray(transfer)) throw new TypeError('transfer must be an array');
  // Not `forEach`: it would skip holes, and take time for each of them.
  for (let index = 0; index < transfer.length; index += 1) {
    const why = refusal(transfer[index]);
    if (why !== undefined) throw new TypeError(`transfer[${index}] cannot be transferred: ${why}`);
  }
  return transfer as Transferable[];
}

function refusal(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) {
    return `it is ${item === null ? 'null' : `a ${typeof item}`}; list ArrayBuffers, MessagePorts or streams`;
  }
  if (ArrayBuffer.isView(item)) {
    return `it is a view of memory (${item.constructor.name}); list its buffer`;
  }
  if (isSharedArrayBuffer(item)) return 'it is shared already; leave it out';
  const prototype: unknown = Object.getPrototypeOf(item);
  if (prototype === Object.prototype || prototype === null || Array.isArray(item)) {
    return 'it is a plain object; list the ArrayBuffers, MessagePorts or streams in it';
  }
  return undefined;
}

/** Whether it is memory that was transferred before: Node would send it, and no receiver could read the message. */
export function isDetached(item: unknown): boolean {
  if (!isArrayBuffer(item) || item.byteLength > 0) return false;
  try {
    new Uint8Array(item);
    return false;
  } catch {
    return true;
  }
}
