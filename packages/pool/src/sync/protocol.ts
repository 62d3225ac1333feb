import type { Packed, TargetRef } from '@manycore/core/internal';
import type { PoolSettings } from '../options/pool-options.js';
import type { MessagePort } from '../platform/message-port.js';
import type { WorkerMaking } from '../workers/spawn.js';

/** What the thread of the Sync forms is told first. */
export interface OpenBroker {
  readonly manycoreSync: 'open';
  readonly settings: Omit<PoolSettings, 'initArgs'>;
  readonly main: string | undefined;
  /** The modules of handles and errors that the thread may import, since its parent knows them. */
  readonly modules: readonly string[];
  readonly making: WorkerMaking;
  readonly port: MessagePort;
  readonly words: SharedArrayBuffer;
}

/** The first message at the port, apart from the rest because it may turn out that it cannot be read. */
export interface SyncSetup {
  readonly initArgs: Packed;
}

/** What a blocked caller asks for. */
export interface SyncRequest {
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

export type ToBroker = SyncSetup | SyncRequest | 'close' | 'terminate';

/** The answer to the request of that number. */
export interface SyncAnswer {
  /** undefined: to a request that could not be read. A caller waits for one at a time. */
  readonly id: number | undefined;
  readonly ok: boolean;
  readonly value: Packed;
}

/** The words that the caller sleeps on. */
export const answers = 0;
export const heartbeat = 1;
export const gone = 2;
export const wordCount = 3;

/** How often (ms) the broker shows that it is alive. */
export const heartbeatInterval = 250;

export function isOpenBroker(message: unknown): message is OpenBroker {
  return typeof message === 'object' && message !== null && 'manycoreSync' in message;
}
