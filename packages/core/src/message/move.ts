import { sharedState } from '../shared-state.js';
import type { Transferable } from '../endpoint/endpoint.js';
import { checkTransfer } from './transfer.js';

const moved = sharedState('moved', () => new WeakMap<object, readonly Transferable[]>());

/**
 * Marks a value to be transferred, not copied, when it next crosses to another thread: inside
 * arguments, results or messages. Returns the value itself. Afterwards the sender's `ArrayBuffer` is
 * detached (length 0). Without `transfer`, every `ArrayBuffer` and `MessagePort` in the value goes.
 * To another process memory cannot be handed over: there the value is copied.
 *
 * @throws TypeError naming an item of `transfer` that cannot be handed over.
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
  moved.set(value, transfer ? checkTransfer(transfer) : found(value, new Set()));
  return value;
}

/** What `move` marked to go with `value`; the mark is taken off. */
export function takeMoved(value: object): readonly Transferable[] | undefined {
  const transfer = moved.get(value);
  if (transfer) moved.delete(value);
  return transfer;
}

function found(value: unknown, seen: Set<unknown>): Transferable[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return [];
  seen.add(value);
  if (ArrayBuffer.isView(value)) return found(value.buffer, seen);
  if (value instanceof ArrayBuffer || value instanceof MessagePort) return [value];
  if (value instanceof ReadableStream || value instanceof WritableStream) return [value];
  if (value instanceof TransformStream) return [value];
  if (value instanceof Map) return [...value].flat().flatMap((item) => found(item, seen));
  const items: Iterable<unknown> = value instanceof Set ? value : Object.values(value);
  return [...items].flatMap((item) => found(item, seen));
}
