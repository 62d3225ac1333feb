import type { Packed, TargetRef } from '@manycore/core/internal';
import type { Shape } from './transport.js';

// What each side believes of the other is in README.md beside this file.

/** What a pool says to its worker. A worker's own code may use the same channel: hence the long key. */
export type ToWorker =
  | {
      readonly manycorePool: 'init';
      readonly pool: string;
      readonly worker: number;
      readonly main: string | undefined;
      /** The modules of handles and errors that the worker may import, since its pool knows them. */
      readonly modules: readonly string[];
      readonly initializer: { readonly target: TargetRef; readonly args: Packed } | undefined;
      readonly status: SharedArrayBuffer | undefined;
      /** How many tasks it may get at a time; it begins each at once. */
      readonly concurrency: number;
    }
  | {
      readonly manycorePool: 'task';
      readonly id: number;
      /** A number that stands for the target; the target itself the first time. */
      readonly target: number;
      readonly ref: TargetRef | undefined;
      readonly shape: Shape;
      readonly values: Packed;
      readonly offset: number;
      readonly wantsPartial: boolean;
      readonly attempt: number;
      /** The modules of the handles and errors in `values`, if there are any. */
      readonly modules: readonly string[] | undefined;
      /** Its turn is that of its record in the ring. */
      readonly inRing: boolean;
    }
  /** A target: of a task whose message could not be read, or of tasks that come through the rings of a lease. */
  | { readonly manycorePool: 'target'; readonly target: number; readonly ref: TargetRef }
  /** The worker's rings, in a block: from its answer on, tasks come through them. */
  | { readonly manycorePool: 'rings'; readonly block: Packed; readonly modules: readonly string[] | undefined }
  /** The same for a thread that leases the worker: its tasks come through these rings. */
  | { readonly manycorePool: 'lease'; readonly block: Packed; readonly modules: readonly string[] | undefined }
  /** Memory for large values of the worker's rings. */
  | { readonly manycorePool: 'overflow'; readonly block: Packed; readonly modules: readonly string[] | undefined }
  /** A task whose values came by message was taken back. */
  | { readonly manycorePool: 'drop'; readonly id: number }
  | {
      readonly manycorePool: 'abort';
      readonly id: number;
      readonly why: 'aborted' | 'timed-out';
    }
  /** A message of the worker could not be read: does it run this task? */
  | { readonly manycorePool: 'check'; readonly id: number }
  | { readonly manycorePool: 'retire' };

/** What a worker says to its pool. */
export type FromWorker =
  | { readonly manycorePool: 'ready' }
  /** The initializer threw: the worker is of no use. */
  | { readonly manycorePool: 'init-failed'; readonly error: Packed }
  | { readonly manycorePool: MemoryAnswer }
  /** It begins a task; said only where no shared status says it. */
  | { readonly manycorePool: 'begun'; readonly id: number }
  /** A task's result: `value` is what the function returned, or what it threw. */
  | {
      readonly manycorePool: 'result';
      readonly id: number;
      readonly status: 'ok' | 'failed' | 'fatal';
      readonly value: Packed;
      readonly partial: Packed | undefined;
      readonly ran: number;
      /** Its task came through the rings of a lease. */
      readonly leased: boolean;
    }
  /** The answer to `check`: it does not run this task. If it ever got it, its result was posted before. */
  | { readonly manycorePool: 'idle'; readonly id: number }
  /** A message to it could not be read: the last one, where a pool waits for the result of what it sent. */
  | { readonly manycorePool: 'unreadable'; readonly reason: string }
  /** An uncaught error is about to end it. */
  | { readonly manycorePool: 'dying'; readonly error: Packed };

/** Whether it opened memory that it was offered, and reads it from now on. */
export type MemoryAnswer = `${'rings' | 'overflow' | 'lease'}-${'ready' | 'refused'}`;

export type InitMessage = Extract<ToWorker, { manycorePool: 'init' }>;
export type TaskMessage = Extract<ToWorker, { manycorePool: 'task' }>;
export type ResultMessage = Extract<FromWorker, { manycorePool: 'result' }>;

export function isToWorker(message: unknown): message is ToWorker {
  return hasKey(message);
}

/**
 * Whether a worker means the message for its pool. Its other fields are to be checked before they are
 * used: a worker may lie.
 */
export function isFromWorker(message: unknown): message is Claimed<FromWorker> {
  return hasKey(message);
}

/** A message of which nothing is certain but that it has the key. */
export type Claimed<M> = M extends { readonly manycorePool: infer K }
  ? { readonly manycorePool: K } & Readonly<Partial<Record<Exclude<keyof M, 'manycorePool'>, unknown>>>
  : never;

function hasKey(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'manycorePool' in message;
}
