import type { Packed, TargetRef } from '@manycore/core/internal';

import type { PoolSettings } from '../options/pool-options.js';
import type { MessagePort } from '../platform/node.js';
import type { WorkerKind } from '../transport/spawners.js';

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
  /** A number that stands for the target; the target itself the first time. */
  readonly target: number;
  readonly ref: TargetRef | undefined;
  readonly values: Packed;
  /** Of a `map`; undefined: by the rule. */
  readonly chunkSize: number | undefined;
  readonly timeout: number;
  readonly priority: number;
  readonly retries: number;
  /** Memory for the lease of a worker, if the last answer wanted it. */
  readonly lease: LeaseMemory | undefined;
}

/** Memory for the rings of a lease, as the worker gets it; the host passes it on unread. */
export interface LeaseMemory {
  readonly number: number;
  readonly block: Packed;
  readonly modules: readonly string[] | undefined;
}

/** How did this task of the leased worker end? The caller found in the ring that its result comes by message … */
export interface CollectRequest {
  readonly id: number;
  readonly task: number;
  /** The name of its target. */
  readonly name: string;
  /** … or that the worker wrote what cannot be: it is ended. */
  readonly corrupted: string | undefined;
}

export type ToHost = HostSetup | BlockingRequest | CollectRequest | 'close' | 'terminate';

/** What an answer says of leases: the open one, and the number of the request's target there; or that one is wanted. */
export type LeaseNews = 'wanted' | { readonly number: number; readonly target: number | undefined };

/** The answer to the request of that number. */
export interface BlockingAnswer {
  /** undefined: to a request that could not be read. A caller waits for one at a time. */
  readonly id: number | undefined;
  readonly ok: boolean;
  readonly value: Packed;
  readonly lease: LeaseNews | undefined;
}

/** The indices of the words that the caller waits on. */
export const answers = 0;
export const heartbeat = 1;
export const gone = 2;
/** The number of the lease whose worker has exited. */
export const lost = 3;
/** The task of the leased worker that the caller waits for; 0: none. */
export const inFlight = 4;
/** The task of a lease that was written last. */
export const lastTask = 5;
export const wordCount = 6;

/** How often (ms) the host shows that it is alive. */
export const heartbeatInterval = 250;

export function isOpenHost(message: unknown): message is OpenHost {
  return typeof message === 'object' && message !== null && 'manycoreBlocking' in message;
}

/** How long (ms) without a heartbeat the host is believed: it may be busy with a huge message. */
const patience = 60_000;

/** Whether the host lives, as a thread that waits for it sees that. */
export class HostLife {
  readonly #words: Int32Array;
  #beat = 0;
  #seenAt = 0;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** A wait begins. */
  watch(): void {
    this.#beat = Atomics.load(this.#words, heartbeat);
    this.#seenAt = performance.now();
  }

  /** Whether the host has exited, or has been silent for too long since `watch`. */
  get isOver(): boolean {
    if (Atomics.load(this.#words, gone) !== 0) return true;
    const beat = Atomics.load(this.#words, heartbeat);
    const now = performance.now();
    if (beat !== this.#beat) {
      this.#beat = beat;
      this.#seenAt = now;
    }
    return now - this.#seenAt > patience;
  }
}
