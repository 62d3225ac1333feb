import type { Packed, TargetRef } from '@manycore/core/worker';
import type { Shape } from './job.js';

/** What a pool says to its worker. A worker's own code may use the same channel: hence the long key. */
export type ToWorker =
  | {
      readonly manycorePool: 'init';
      readonly pool: string;
      readonly worker: number;
      readonly main: string | undefined;
      readonly initializer: { readonly target: TargetRef; readonly args: Packed } | undefined;
      readonly board: SharedArrayBuffer | undefined;
    }
  | {
      readonly manycorePool: 'job';
      readonly id: number;
      /** A number that stands for the target; the target itself the first time. */
      readonly target: number;
      readonly ref: TargetRef | undefined;
      readonly shape: Shape;
      readonly values: Packed;
      readonly offset: number;
      readonly wantsPartial: boolean;
      readonly attempt: number;
    }
  | {
      readonly manycorePool: 'abort';
      readonly id: number;
      readonly why: 'aborted' | 'timed-out';
    }
  | { readonly manycorePool: 'retire' };

/** What a worker says to its pool. */
export type FromWorker =
  | { readonly manycorePool: 'ready' }
  /** The initializer threw: the worker is of no use. */
  | { readonly manycorePool: 'unfit'; readonly error: Packed }
  /** It begins a job; said only where it cannot be read from a board. */
  | { readonly manycorePool: 'begun'; readonly id: number }
  | {
      readonly manycorePool: 'done';
      readonly id: number;
      readonly verdict: 'ok' | 'failed' | 'in vain';
      readonly value: Packed;
      readonly partial: Packed | undefined;
      readonly ran: number;
    }
  /** An uncaught error is about to end it. */
  | { readonly manycorePool: 'dying'; readonly error: Packed };

export function isToWorker(message: unknown): message is ToWorker {
  return hasKey(message);
}

export function isFromWorker(message: unknown): message is FromWorker {
  return hasKey(message);
}

function hasKey(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'manycorePool' in message;
}
