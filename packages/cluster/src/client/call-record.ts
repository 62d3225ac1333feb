import { DeadlineTimer, type PoolTask } from '@manycore/pool/internal';
import type { JobData } from '../protocol/messages.js';

/**
 * A call of this client, from its submission until nothing of it is left in Redis. See protocol/README.md,
 * "A call".
 */
export class CallRecord {
  readonly id: string;
  readonly task: PoolTask;
  /** Cleared when it is settled: the arguments are most of what a record takes. */
  data: JobData | undefined;
  /** How often it may be started, over all its jobs. */
  readonly starts: number;
  /** How often it was started, as far as it is known, over all its jobs. */
  begun = 0;
  /** Starts of jobs of it that Redis has lost. */
  lost = 0;
  /** The host that began it last. */
  host: string | undefined;
  /** Redis has confirmed its job. */
  added = false;
  /** It is settled, and is still to be stopped. */
  stop: 'aborted' | 'timed-out' | undefined;
  /** Its host was dead when this client last looked, since then. */
  hostMissingSince: number | undefined;
  /** Redis has lost data since its job was added. */
  uncertain = false;
  stoppedAt = 0;
  #clock: DeadlineTimer | undefined;

  constructor(id: string, task: PoolTask, data: JobData) {
    this.id = id;
    this.task = task;
    this.data = data;
    this.starts = data.starts;
  }

  /** Calls `onDeadline` at that time or soon after, unless it is settled before. */
  watchClock(deadline: number, onDeadline: () => void): void {
    this.#clock = new DeadlineTimer(() => {
      if (performance.now() < deadline) this.#clock?.set(deadline);
      else onDeadline();
    });
    this.#clock.set(deadline);
  }

  /** It is settled. */
  close(): void {
    this.#clock?.clear();
    this.data = undefined;
  }

  get settled(): boolean {
    return this.task.state === 'settled';
  }
}
