import type { Task, TaskResult, WorkerExit, WorkerSlot } from './records.js';

/** What is to be done, in this order. */
export type Effect<P> =
  | { readonly type: 'start'; readonly slot: WorkerSlot<P> }
  | { readonly type: 'send'; readonly slot: WorkerSlot<P>; readonly task: Task<P> }
  /** Ask the worker to let go of the task; it skips one that it has not begun. Answered by `finished`. */
  | {
      readonly type: 'abort';
      readonly slot: WorkerSlot<P>;
      readonly task: Task<P>;
      readonly result: TaskResult;
    }
  /** Take the task back if the worker has not begun it. Answered by `recalled`. */
  | { readonly type: 'recall'; readonly slot: WorkerSlot<P>; readonly task: Task<P> }
  /** Ask the worker, which has nothing in flight, to exit. */
  | { readonly type: 'retire'; readonly slot: WorkerSlot<P> }
  | { readonly type: 'kill'; readonly slot: WorkerSlot<P> }
  | { readonly type: 'settle'; readonly task: Task<P>; readonly result: TaskResult }
  /** Call `tick` at this time or soon after. A timer that was set for an earlier time may still fire. */
  | { readonly type: 'timer'; readonly at: number }
  /** The pool goes on with fewer workers than it should have, since this start failed. Told once. */
  | { readonly type: 'scarce'; readonly exit: WorkerExit }
  /** The pool is closed and its last worker has exited. */
  | { readonly type: 'ended' };

const none: readonly never[] = [];

/** The effects of the current step, in order, and the one timer. */
export class EffectQueue<P> {
  #effects: Effect<P>[] = [];
  /** The earliest timer that was asked for and has not fired. */
  #armed = Infinity;

  push(effect: Effect<P>): void {
    this.#effects.push(effect);
  }

  /** Asks for a tick at that time, unless an earlier one will come. */
  wakeAt(at: number): void {
    if (at >= this.#armed) return;
    this.#armed = at;
    this.#effects.push({ type: 'timer', at });
  }

  /** The timer fired: whatever still waits for a time asks again. */
  fired(): void {
    this.#armed = Infinity;
  }

  /** Hands the effects out. */
  take(): readonly Effect<P>[] {
    const effects = this.#effects;
    if (effects.length === 0) return none;
    this.#effects = [];
    return effects;
  }
}
