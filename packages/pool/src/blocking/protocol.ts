import type { Packed, TargetRef } from '@manycore/core/internal';
import type { PoolSettings } from '../options/pool-options.js';
import type { MessagePort } from '../platform/node.js';
import type { WorkerKind } from '../transport/endpoint-transport.js';

/** The first message to the host of a pool's blocking calls. */
export interface OpenHost {
  readonly manycoreBlocking: 'open';
  readonly settings: Omit<PoolSettings, 'initArgs'>;
  readonly main: string | undefined;
  /** The modules of handles and errors that the host may import, since its parent knows them. */
  readonly modules: readonly string[];
  readonly kind: WorkerKind;
  readonly port: MessagePort;
  readonly words: SharedArrayBuffer;
}

/** The first message at the port, apart from the rest because it may be unreadable. */
export interface HostSetup {
  readonly initArgs: Packed;
}

/** A blocking call. */
export interface BlockingRequest {
  readonly id: number;
  /** The modules of the handles and errors in `values`. */
  readonly modules: readonly string[];
  readonly shape: 'call' | 'map' | 'starmap';
  readonly target: TargetRef;
  readonly values: Packed;
  /** Of a `map`; undefined: by the rule. */
  readonly chunkSize: number | undefined;
  readonly timeout: number;
  readonly priority: number;
  readonly retries: number;
}

export type ToHost = HostSetup | BlockingRequest | 'close' | 'terminate';

/** The answer to the request of that number. */
export interface BlockingAnswer {
  /** undefined: to a request that could not be read. A caller waits for one at a time. */
  readonly id: number | undefined;
  readonly ok: boolean;
  readonly value: Packed;
}

/** The indices of the words that the caller waits on. */
export const answers = 0;
export const heartbeat = 1;
export const gone = 2;
export const wordCount = 3;

/** How often (ms) the host shows that it is alive. */
export const heartbeatInterval = 250;

export function isOpenHost(message: unknown): message is OpenHost {
  return typeof message === 'object' && message !== null && 'manycoreBlocking' in message;
}
