import type { Scope } from '@manycore/memory';
import { scopeOf } from '@manycore/memory/internal';

import { largestCapacity, smallestCapacity } from './ring/layout.js';

/** What the constructors of all queues take. */
export interface QueueOptions {
  /** How many values the queue may hold; a `put` beyond waits. Left out, or 0: as many as there is room for. */
  readonly maxSize?: number | undefined;
  /**
   * The bytes of memory for values in flight, from 1 KiB to 1 GiB; a `put` beyond waits. They are
   * reserved at once and never grow. Default: 1 MiB. Values of a quarter of it and more pass in pieces, and
   * each piece costs a wake-up: for many large values make it several times as large as one of them.
   */
  readonly capacity?: number | undefined;
  /** What can reach it: the threads of this process (`'threads'`, the default), or other processes too. */
  readonly scope?: Scope | undefined;
}

/** The options of a queue, checked and complete. */
export interface QueueSettings {
  readonly maxSize: number;
  readonly capacity: number;
  readonly scope: Scope;
}

const defaultCapacity = 1024 * 1024;
/** Records lie at multiples of 8; 64 keeps what follows them on a cache line of its own. */
const granularity = 64;

export function settingsOf(options: unknown): QueueSettings {
  if (options !== undefined && (typeof options !== 'object' || options === null)) {
    const found = options === null ? 'null' : typeof options;
    throw new TypeError(`options must be an object such as { maxSize: 10 }, not ${found}`);
  }
  const { maxSize, capacity, scope } = (options ?? {}) as Record<keyof QueueOptions, unknown>;
  return {
    maxSize: maxSizeOf(maxSize),
    capacity: capacityOf(capacity),
    scope: scopeOf(scope),
  };
}

function maxSizeOf(value: unknown): number {
  if (value === undefined || value === Infinity) return 0;
  if (typeof value !== 'number') throw new TypeError(`maxSize must be a number, not ${typeof value}`);
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 31) {
    throw new RangeError(`maxSize must be a whole number of values, 0 for no limit, not ${value}`);
  }
  return value;
}

export function capacityOf(value: unknown): number {
  if (value === undefined) return defaultCapacity;
  if (typeof value !== 'number') {
    throw new TypeError(`capacity must be a number of bytes, not ${typeof value}`);
  }
  if (!(value >= smallestCapacity && value <= largestCapacity)) {
    throw new RangeError(
      `capacity must be from ${smallestCapacity} to ${largestCapacity} bytes, not ${value}`,
    );
  }
  return Math.ceil(value / granularity) * granularity;
}
