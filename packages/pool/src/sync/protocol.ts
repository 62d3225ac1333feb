import type { Packed, TargetRef } from '@manycore/core';
import type { PoolSettings } from '../options/pool-options.js';
import type { MessagePort } from '../platform/message-port.js';
import type { WorkerMaking } from '../workers/spawn.js';

/** What the thread of the Sync forms is told first. */
export interface OpenBroker {
  readonly manycoreSync: 'open';
  readonly settings: Omit<PoolSettings, 'initArgs'>;
  readonly initArgs: Packed;
  readonly main: string | undefined;
  readonly making: WorkerMaking;
  readonly port: MessagePort;
  readonly words: SharedArrayBuffer;
}

/** What a blocked caller asks for. */
export interface SyncRequest {
  readonly id: number;
  readonly shape: 'call' | 'map' | 'starmap';
  readonly target: TargetRef;
  readonly values: Packed;
  /** Of a `map`; undefined: by the rule. */
  readonly chunkSize: number | undefined;
  readonly timeout: number;
  readonly priority: number;
  readonly retries: number;
}

export type ToBroker = SyncRequest | 'close' | 'terminate';

/** The answer to the request of that number. */
export interface SyncAnswer {
  readonly id: number;
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
