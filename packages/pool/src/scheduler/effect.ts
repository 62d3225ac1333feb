import type { Task } from './task.js';
import type { WorkerSlot } from './worker-slot.js';

/** How a worker left, in the transport's words. */
export interface Leaving {
  /** What the transport knows of it; passed on with the tasks that it cost. */
  readonly reason: unknown;
  /** It was killed from outside, so that a new attempt to start may well succeed. */
  readonly killed?: boolean;
  /** It could not be started for want of something that the system may have later. */
  readonly scarce?: boolean;
  /** For a transport that does not report starts: the worker left before it began what it had in hand. */
  readonly unbegun?: boolean;
}

/** How a task ended. */
export type Ending =
  /** The worker answered; whether with a result or an error, the answer says. */
  | { readonly how: 'answered'; readonly answer: unknown }
  /** The transport could not send it. */
  | { readonly how: 'refused'; readonly error: unknown }
  | { readonly how: 'aborted'; readonly reason: unknown }
  /** Taken back before it ran. */
  | { readonly how: 'cancelled' }
  | { readonly how: 'timed-out' }
  /** Its worker went while it ran. */
  | {
      readonly how: 'died';
      readonly leaving: Leaving;
      /** It would have been sent to another one, had nothing of it been moved to this one. */
      readonly moved?: boolean;
    }
  /** No worker can be started. */
  | { readonly how: 'broken'; readonly cause: unknown }
  | { readonly how: 'terminated' };

/** What is to be done, in this order. */
export type Effect<P> =
  | { readonly type: 'start'; readonly slot: WorkerSlot<Task<P>> }
  | { readonly type: 'send'; readonly slot: WorkerSlot<Task<P>>; readonly task: Task<P> }
  /** Ask the worker to let go of the task; an unbegun one is skipped. It is still to be reported finished. */
  | {
      readonly type: 'abort';
      readonly slot: WorkerSlot<Task<P>>;
      readonly task: Task<P>;
      readonly ending: Ending;
    }
  /** Take back what the worker has not begun, and answer with `recalled`. */
  | { readonly type: 'recall'; readonly slot: WorkerSlot<Task<P>> }
  /** Ask the worker, which has nothing in hand, to leave. */
  | { readonly type: 'retire'; readonly slot: WorkerSlot<Task<P>> }
  | { readonly type: 'kill'; readonly slot: WorkerSlot<Task<P>> }
  | { readonly type: 'settle'; readonly task: Task<P>; readonly ending: Ending }
  /** Call `tick` at this time or soon after. Replaces no other timer: an earlier one may fire in vain. */
  | { readonly type: 'timer'; readonly at: number }
  /** The pool goes on with fewer workers than it should have: this is why. Told once. */
  | { readonly type: 'scarce'; readonly reason: unknown }
  /** The pool is closed and its last worker is gone. */
  | { readonly type: 'ended' };
