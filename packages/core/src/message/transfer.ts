import type { Transferable } from '../endpoint/endpoint.js';
import { isArrayBuffer, isSharedArrayBuffer } from '../platform/brand-checks.js';

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
