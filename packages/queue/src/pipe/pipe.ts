import type { Scope } from '@manycore/memory';
import { scopeOf } from '@manycore/memory/internal';

import { capacityOf } from '../queue-options.js';
import { Connection } from './connection.js';
import { PipeBlock } from './pipe-block.js';

/** What `pipe` takes. */
export interface PipeOptions {
  /** Whether values can be sent both ways; true unless told. */
  readonly duplex?: boolean | undefined;
  /** The bytes of memory for values in flight, each way; 64 KiB unless told. See `QueueOptions`. */
  readonly capacity?: number | undefined;
  /** What can reach it: the threads of this process (`'threads'`, the default), or other processes too. */
  readonly scope?: Scope | undefined;
}

const defaultCapacity = 64 * 1024;

/**
 * Makes a pipe: two connections, at either of which can be received what is sent at the other. With
 * `duplex: false` the first can only receive, and the second only send.
 *
 * @throws RangeError or TypeError naming the option that is wrong; ProcessesUnavailableError where scope
 * 'processes' cannot be had.
 *
 * @example
 * ```ts
 * import { pipe } from '@manycore/queue';
 *
 * const [here, there] = pipe<string>();
 * await there.send('hello');
 * console.log(await here.recv()); // → hello
 * ```
 */
export function pipe<T = unknown, U = T>(
  options: PipeOptions = {},
): [Connection<T, U>, Connection<U, T>] {
  const { duplex = true, capacity = defaultCapacity, scope } = checked(options);
  if (typeof duplex !== 'boolean') {
    throw new TypeError(`duplex must be true or false, not ${typeof duplex}`);
  }
  const block = PipeBlock.create(duplex, capacityOf(capacity), scopeOf(scope));
  return [
    new Connection<T, U>(block, 0),
    new Connection<U, T>(block, 1),
  ];
}

function checked(options: unknown): Partial<Record<keyof PipeOptions, unknown>> {
  if (typeof options === 'object' && options !== null) return options;
  throw new TypeError(`options must be an object such as { duplex: false }, not ${typeof options}`);
}
