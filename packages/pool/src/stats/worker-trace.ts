import { publishWorker } from '../platform/diagnostics.js';
import type { WorkerExit, WorkerSlot } from '../scheduler/records.js';

/**
 * What the channels `manycore:pool:worker:start`, `:ready` and `:end` of `node:diagnostics_channel` publish for
 * one worker: the same object each time, filled as the worker proceeds. For each worker there is one `start`, then
 * one `ready` unless it fails to start, then one `end`. Times are on the clock of `performance.now()`.
 */
export interface WorkerTrace {
  /** The pool's name. */
  readonly pool: string;
  /** The worker's number in its pool, from 1, never used again: `worker` of a TaskTrace. */
  readonly worker: number;
  /** When the pool began to start it. */
  readonly startedAt: number;
  /** When its initializer had run; undefined if that never was. */
  readyAt?: number;
  /** When its end was known; from `end` on, as all that follows. `end` comes before its task's call is settled. */
  endedAt?: number;
  /** How many tasks it was given. */
  tasks?: number;
  /**
   * - `retired`: the pool let it go: idle for too long, enough tasks, a smaller or closed pool
   * - `killed`: the pool ended it: a task that did not heed its abort, a start or exit that took too long, `terminate`
   * - `start failed`: it ended, or its initializer threw, before it was ready
   * - `died`: it ended by itself, or by something outside, with or without a task
   */
  reason?: 'retired' | 'killed' | 'start failed' | 'died';
  /** −N when signal N ended a process. A thread that was killed has none of its own: 1, or 0 while it loads modules. */
  exitCode?: number;
  /** The name of the signal that ended it. */
  signal?: string;
  /** What its initializer threw, or the error that ended it, where that is known. */
  error?: unknown;
}

/** Publishes the starts and ends of one pool's workers. */
export class WorkerTraces {
  readonly #pool: string;
  /** Of those of which something was published. */
  readonly #traces = new WeakMap<WorkerSlot, WorkerTrace>();

  constructor(pool: string) {
    this.#pool = pool;
  }

  started(slot: WorkerSlot): void {
    publishWorker('start', () => this.#trace(slot));
  }

  /** It becomes idle. */
  ready(slot: WorkerSlot): void {
    if (slot.state !== 'starting') return;
    publishWorker('ready', () => Object.assign(this.#trace(slot), { readyAt: performance.now() }));
  }

  /** It has exited; the slot has the state in which it was. */
  ended(slot: WorkerSlot, exit: WorkerExit): void {
    publishWorker('end', () => {
      const { exitCode, signal } = exit.status;
      const error = exit.startError ?? exit.cause;
      return Object.assign(this.#trace(slot), {
        ...(slot.readyAt !== Infinity && { readyAt: slot.readyAt }),
        endedAt: performance.now(),
        tasks: slot.taskCount,
        reason: reasonOf(slot),
        exitCode,
        ...(signal !== undefined && { signal }),
        ...(error !== undefined && { error }),
      } satisfies Partial<WorkerTrace>);
    });
  }

  #trace(slot: WorkerSlot): WorkerTrace {
    const known = this.#traces.get(slot);
    if (known) return known;
    const trace = { pool: this.#pool, worker: slot.id, startedAt: slot.startedAt };
    this.#traces.set(slot, trace);
    return trace;
  }
}

function reasonOf({ state }: WorkerSlot): NonNullable<WorkerTrace['reason']> {
  switch (state) {
    case 'retiring':
      return 'retired';
    case 'dying':
      return 'killed';
    case 'starting':
      return 'start failed';
    default:
      return 'died';
  }
}
