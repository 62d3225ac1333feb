import type { PoolStats } from '@manycore/pool';
import { Histogram, type TaskResult } from '@manycore/pool/internal';
import type { HostInfo } from '../protocol/messages.js';

/** Counts and measures what a client's calls do. */
export class ClusterStats {
  readonly #waitTime = new Histogram();
  readonly #runTime = new Histogram();
  #submitted = 0;
  #succeeded = 0;
  #failed = 0;
  #aborted = 0;
  #timedOut = 0;
  #retried = 0;
  readonly #seen = new Set<string>();

  submitted(): void {
    this.#submitted += 1;
  }

  begun(start: number, waited: number): void {
    if (start > 1) this.#retried += 1;
    else this.#waitTime.add(waited);
  }

  ran(time: number): void {
    this.#runTime.add(time);
  }

  settled({ status }: TaskResult): void {
    if (status === 'ok') this.#succeeded += 1;
    else if (status === 'aborted' || status === 'cancelled') this.#aborted += 1;
    else if (status === 'timed-out') this.#timedOut += 1;
    else this.#failed += 1;
  }

  saw(hosts: readonly HostInfo[]): void {
    for (const { id } of hosts) this.#seen.add(id);
  }

  stats(hosts: readonly HostInfo[], waiting: number, running: number): PoolStats {
    const slots = hosts.reduce((sum, host) => sum + host.slots, 0);
    const busy = hosts.reduce((sum, host) => sum + Math.min(host.running, host.slots), 0);
    return {
      workers: { live: slots, starting: 0, idle: slots - busy, busy, started: this.#seen.size, sharing: 0 },
      tasks: {
        submitted: this.#submitted,
        waiting,
        running,
        succeeded: this.#succeeded,
        failed: this.#failed,
        aborted: this.#aborted,
        timedOut: this.#timedOut,
        retried: this.#retried,
      },
      waitTime: this.#waitTime.summary(),
      runTime: this.#runTime.summary(),
      utilization: slots === 0 ? 0 : busy / slots,
    };
  }
}
