import type { PoolStats } from '@manycore/pool';
import { TaskCounts } from '@manycore/pool/internal';
import type { HostInfo } from '../protocol/messages.js';

/** Counts and measures what a client's calls and the worker hosts do. */
export class ClusterStats {
  readonly tasks: TaskCounts = new TaskCounts();
  readonly #seen = new Set<string>();

  saw(hosts: readonly HostInfo[]): void {
    for (const { id } of hosts) this.#seen.add(id);
  }

  stats(hosts: readonly HostInfo[], waiting: number, running: number): PoolStats {
    const slots = hosts.reduce((sum, host) => sum + host.slots, 0);
    const busy = hosts.reduce((sum, host) => sum + Math.min(host.running, host.slots), 0);
    return {
      workers: { live: slots, starting: 0, idle: slots - busy, busy, started: this.#seen.size, sharing: 0 },
      ...this.tasks.summary(waiting, running),
      utilization: slots === 0 ? 0 : busy / slots,
    };
  }
}
