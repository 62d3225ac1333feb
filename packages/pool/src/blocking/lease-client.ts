import type { Destination, TargetRef } from '@manycore/core/internal';
import { loadRings } from '../transport/load-rings.js';
import type { LeaseRings } from '../transport/ring/lease-rings.js';
import { inFlight, lastTask, type LeaseMemory, type LeaseNews, lost } from './protocol.js';

/** How often (ms) a caller that waits looks whether the worker and the host live. */
const lookInterval = 50;

let last = 0;

/**
 * The number of a task: negative, so that it is none of the background pool's. One sequence for all pools, since memory
 * is used again: an old result in it is never that of a new task.
 */
function nextTask(): number {
  last = last <= -(2 ** 31) ? -1 : last - 1;
  return last;
}

/** How a task of the leased worker ended; `asked`: the host has to be asked how. */
export type LeaseEnd =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'asked'; readonly task: number; readonly corrupted: string | undefined };

/** The caller's side of a lease: runs tasks by the rings of a worker. States and races are in README.md. */
export class LeaseClient {
  readonly #words: Int32Array;
  readonly #to: Destination;
  readonly #checkHost: () => void;
  #rings: typeof LeaseRings | undefined;
  #state: 'none' | 'asked' | 'open' | 'over' = 'none';
  #number = 0;
  #leased: LeaseRings | undefined;
  /** The numbers by which the worker knows targets. */
  readonly #targets = new Map<TargetRef, number>();

  /**
   * Loads the code of the rings. Until that is there, and where it cannot be had, no lease is asked for.
   * `checkHost` throws when the host is dead.
   */
  constructor(words: Int32Array, to: Destination, checkHost: () => void) {
    this.#words = words;
    this.#to = to;
    this.#checkHost = checkHost;
    loadRings().then(
      (module) => {
        this.#rings = module.LeaseRings;
      },
      () => this.stop(),
    );
  }

  /** Memory for the next request to bring, if the host wanted it. */
  get memory(): LeaseMemory | undefined {
    if (this.#state !== 'asked' || !this.#leased) return undefined;
    return { number: this.#number, ...this.#leased.pack() };
  }

  /** What the answer to a request for this target said of leases. */
  note(news: LeaseNews | undefined, target: TargetRef): void {
    if (this.#isLost) this.#release();
    if (this.#state === 'over') return;
    if (news === 'wanted') {
      this.#ask();
    } else if (news?.number === this.#number && this.#leased) {
      this.#state = 'open';
      if (news.target !== undefined) this.#targets.set(target, news.target);
    } else {
      this.#state = 'none';
    }
  }

  /**
   * Runs a call by the leased worker. Undefined when it has to be a request.
   *
   * @throws what keeps its result from being read; what `checkHost` throws.
   */
  run(target: TargetRef, values: readonly unknown[]): LeaseEnd | undefined {
    if (!this.#isOpen()) return undefined;
    const number = this.#targets.get(target);
    const encoded = number === undefined ? undefined : this.#rings?.encode(values);
    const rings = this.#leased;
    // Getters among the values may have done anything, such as closing the pool.
    if (number === undefined || !encoded || !rings || !this.#isOpen()) return undefined;
    const task = nextTask();
    Atomics.store(this.#words, lastTask, task);
    Atomics.store(this.#words, inFlight, task);
    try {
      if (rings.push(task, number, encoded)) return this.#wait(rings, task);
      // There is always room for one task, unless the worker wrote what cannot be.
      this.#state = 'none';
      return undefined;
    } finally {
      Atomics.store(this.#words, inFlight, 0);
    }
  }

  /** No more calls come. */
  stop(): void {
    this.#state = 'over';
  }

  /** All workers have exited. */
  end(): void {
    this.stop();
    this.#release();
  }

  /** Undefined: the worker exited and had not begun the task. @throws what keeps the result from being read. */
  #wait(rings: LeaseRings, task: number): LeaseEnd | undefined {
    for (;;) {
      // Before the ring: what a worker publishes, it publishes before it exits.
      const isLost = this.#isLost;
      const result = rings.receive(task, isLost ? 0 : lookInterval);
      if (result?.kind === 'value') return result;
      if (result) {
        if (result.kind === 'corrupted') this.#state = 'none';
        return { kind: 'asked', task, corrupted: result.kind === 'corrupted' ? result.reason : undefined };
      }
      if (isLost) {
        const hadBegun = rings.hadBegun();
        this.#release();
        return hadBegun ? { kind: 'asked', task, corrupted: undefined } : undefined;
      }
      this.#checkHost();
    }
  }

  #ask(): void {
    if (!this.#rings || this.#state === 'asked') return;
    try {
      // What no worker was sent is still there.
      this.#leased ??= new this.#rings(this.#to);
      this.#number += 1;
      this.#state = 'asked';
    } catch {
      this.#state = 'over';
    }
  }

  #isOpen(): boolean {
    return this.#state === 'open';
  }

  get #isLost(): boolean {
    return this.#leased !== undefined && Atomics.load(this.#words, lost) === this.#number;
  }

  /** The worker has exited. */
  #release(): void {
    this.#leased?.release();
    this.#leased = undefined;
    this.#targets.clear();
    if (this.#state !== 'over') this.#state = 'none';
  }
}
