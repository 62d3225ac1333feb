import { hasCode } from '@manycore/core/internal';
import { Alarm } from '../engine/alarm.js';
import type { Job } from './job.js';
import { scarcityOf } from './scarcity-of.js';
import type { WorkerLeft } from './transport.js';

/** How long (ms) after a start that failed for want of something other failures may be for the same reason. */
const recent = 5000;
/** How long (ms) the failure of a job is kept until it is known how the workers that are being started fare. */
const patience = 2000;
/** How often a job is given back for it: the module's own code may fail in the same way wherever it is loaded. */
const tolerated = 3;

/**
 * Tells whether a module could not be loaded only because the workers of the pool, most of all those that
 * are being started, have taken all descriptors. Its error may say anything: Node reports a package whose
 * files it cannot open as one that is not there.
 */
export class Shortage {
  readonly #starting = new Set<number>();
  /** Those that wait until no worker is starting. */
  readonly #waiting: (() => void)[] = [];
  readonly #tell = (): void => {
    for (const resolve of this.#waiting.splice(0)) resolve();
  };
  #seenAt = -Infinity;
  readonly #givenBack = new WeakMap<Job, number>();

  started(worker: number): void {
    this.#starting.add(worker);
  }

  /** The worker is ready. */
  ready(worker: number): void {
    if (!this.#starting.delete(worker) || this.#starting.size > 0) return;
    this.#tell();
  }

  gone(worker: number, { startError, cause }: WorkerLeft): void {
    if (scarcityOf(startError ?? cause) !== undefined) this.#seenAt = performance.now();
    this.ready(worker);
  }

  /** Whether the job is to be given to another worker, for which there will be room. */
  async explains(error: unknown, job: Job): Promise<boolean> {
    if (!hasCode(error, 'MANYCORE_TARGET_NOT_FOUND')) return false;
    // How they fare tells.
    await this.#startsSettled();
    const isShort = scarcityOf(error) !== undefined || performance.now() - this.#seenAt < recent;
    const times = this.#givenBack.get(job) ?? 0;
    if (!isShort || times === tolerated) return false;
    this.#givenBack.set(job, times + 1);
    return true;
  }

  /** Resolves when no worker is starting, or one takes long, which is not for want of anything. */
  async #startsSettled(): Promise<void> {
    if (this.#starting.size === 0) return;
    const alarm = new Alarm(this.#tell);
    alarm.set(performance.now() + patience);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    alarm.clear();
  }
}
