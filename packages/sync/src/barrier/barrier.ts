import { type SyncWaitOptions, TimeoutError, type WaitOptions } from '@manycore/core';
import {
  defineInspection,
  registerHandle,
  signalOf,
  type TargetRef,
  timeoutOf,
} from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';
import { BlockWords, Mutex, wait, waitSync } from '@manycore/memory/internal';

import { blockFor, countOf, ExistingBlock, type SyncOptions } from '../options.js';
import { BarrierAction } from './barrier-action.js';
import { BrokenBarrierError } from './broken-barrier-error.js';
import { type Arrival, BarrierAttempt, barrierWords, mutexWord, partiesWord, RawBarrier } from './raw-barrier.js';

/** What the constructor of `Barrier` takes. */
export interface BarrierOptions extends SyncOptions {
  /** Milliseconds that `wait` takes at most where it is given no timeout of its own; `Infinity` by default. */
  readonly timeout?: number | undefined;
}

/** What a barrier is sent as. */
interface BarrierState {
  readonly block: SharedBlock;
  readonly timeout: number;
  readonly action: TargetRef | undefined;
}

/**
 * A place where N parties wait until all have arrived; then all go on, and it can be used again.
 * What was written before `wait` is seen by all parties after it.
 *
 * A party that gives up (timeout, abort) breaks the barrier: all that wait and all that come later get
 * BrokenBarrierError, until `reset()`. So does the party whose time was over, as in Python: for it, the
 * `cause` of the error is a TimeoutError.
 *
 * @example
 * ```ts
 * import { Barrier } from '@manycore/sync';
 *
 * const barrier = new Barrier(2, () => console.log('all here')); // → all here
 * const indices = await Promise.all([barrier.wait(), barrier.wait()]);
 * console.log(indices.sort()); // → [ 0, 1 ]
 * ```
 */
export class Barrier {
  readonly #words: BlockWords;
  readonly #raw: RawBarrier;
  readonly #action: BarrierAction | undefined;
  /** For a `wait` that is given none, in milliseconds. */
  readonly #timeout: number;

  /**
   * @param parties how many wait for each other: 1 or more.
   * @param action what the last to arrive does before all go on. When it throws, the barrier is broken.
   * It is sent to other threads and processes as a thread's `target` is: it is an exported function,
   * or one registered by `task`.
   * @param options `timeout` is for every `wait` that is given none; it is sent with the barrier.
   */
  constructor(parties: number, action?: () => unknown, options?: BarrierOptions) {
    const isNew = !(options instanceof ExistingBlock);
    if (isNew) countOf(parties, 'parties', 1, 2 ** 31 - 1);
    this.#words = new BlockWords(blockFor(options, barrierWords));
    if (isNew) this.#words.store(partiesWord, parties);
    const mutex = new Mutex(this.#words, mutexWord, 'Barrier');
    this.#raw = new RawBarrier(this.#words, {
      lock: () => (mutex.tryLock() ? false : mutex.acquireSync(undefined, true)),
      unlock: () => mutex.release(),
      ownerDied: () => mutex.ownerDied(),
    });
    this.#action = options instanceof ExistingBarrier ? options.action : actionOf(action);
    this.#timeout = timeoutOf(options);
  }

  /** How many wait for each other. */
  get parties(): number {
    return this.#raw.parties;
  }

  /** How many wait at this moment. */
  get waiting(): number {
    return this.#raw.waiting;
  }

  /** Whether the barrier is broken; `reset()` repairs it. */
  get broken(): boolean {
    return this.#raw.broken;
  }

  /**
   * Waits until all parties have arrived, without blocking the thread. Resolves to a number from 0 to
   * `parties` − 1, different for each party: the order of their arrival.
   *
   * @throws BrokenBarrierError, also after `timeout` ms (its `cause` is a TimeoutError then); the signal's
   * reason, which breaks the barrier as well; what the action throws, for the party that runs it;
   * TimeoutError if the action of the generation before still ran when the time was over: the caller had
   * not arrived, and nothing is broken.
   */
  async wait(options?: WaitOptions): Promise<number> {
    const timeout = this.#timeoutOf(options);
    const signal = signalOf(options);
    signal?.throwIfAborted();
    const deadline = performance.now() + timeout;
    for (;;) {
      const arrival = this.#raw.arrive(this.#action !== undefined);
      if (arrival.kind === 'broken') throw brokenError();
      const { generation } = arrival;
      if (arrival.kind === 'acts') {
        await this.#act(generation);
        return arrival.index;
      }
      const attempt = new BarrierAttempt(this.#raw, generation);
      const left = deadline - performance.now();
      let timedOut = false;
      try {
        timedOut = !(await wait(attempt, this.#words, left, signal));
      } catch (error) {
        // Race "leaver against last arrival": it may have tripped.
        if (arrival.kind === 'early' || this.#raw.leave(generation)) throw error;
      }
      if (timedOut) this.#leave(arrival, timeout);
      if (arrival.kind === 'waits') return this.#outcome(generation, arrival.index);
    }
  }

  /**
   * The same, blocking the thread. The action must not be asynchronous where it is run by this.
   */
  waitSync(options?: SyncWaitOptions): number {
    const timeout = this.#timeoutOf(options);
    const deadline = performance.now() + timeout;
    for (;;) {
      const arrival = this.#raw.arrive(this.#action !== undefined);
      if (arrival.kind === 'broken') throw brokenError();
      const { generation } = arrival;
      if (arrival.kind === 'acts') {
        this.#actSync(generation);
        return arrival.index;
      }
      const attempt = new BarrierAttempt(this.#raw, generation);
      const timedOut = !waitSync(attempt, this.#words, deadline - performance.now());
      if (timedOut) this.#leave(arrival, timeout);
      if (arrival.kind === 'waits') return this.#outcome(generation, arrival.index);
    }
  }

  /** Makes the barrier as new. Parties that wait get BrokenBarrierError. */
  reset(): void {
    this.#raw.reset();
  }

  /** Breaks the barrier, for all that wait and all that come, until `reset()`. */
  abort(): void {
    this.#raw.abort();
  }

  #timeoutOf(options: SyncWaitOptions | undefined): number {
    return options?.timeout === undefined ? this.#timeout : timeoutOf(options);
  }

  /** The time is over: breaks the barrier, unless it has tripped at this moment. */
  #leave({ kind, generation }: Arrival & { generation: number }, timeout: number): void {
    const cause = new TimeoutError(`not all parties reached the Barrier within ${timeout} ms`);
    if (kind === 'early') throw cause;
    if (!this.#raw.leave(generation)) return;
    throw new BrokenBarrierError(`the Barrier is broken: ${cause.message}`, { cause });
  }

  #outcome(generation: number, index: number): number {
    if (this.#raw.wasBroken(generation)) throw brokenError();
    return index;
  }

  async #act(generation: number): Promise<void> {
    if (!this.#action) return;
    try {
      await this.#action.run();
    } catch (error) {
      this.#raw.acted(generation, false);
      throw error;
    }
    if (!this.#raw.acted(generation, true)) throw brokenError();
  }

  #actSync(generation: number): void {
    if (!this.#action) return;
    try {
      this.#action.runSync();
    } catch (error) {
      this.#raw.acted(generation, false);
      throw error;
    }
    if (!this.#raw.acted(generation, true)) throw brokenError();
  }

  static {
    defineInspection(this, (barrier) => ({
      parties: barrier.parties,
      waiting: barrier.waiting,
      broken: barrier.broken,
      timeout: barrier.#timeout === Infinity ? undefined : barrier.#timeout,
      scope: barrier.#words.block.scope,
    }));
    registerHandle(this, {
      name: 'Barrier',
      module: import.meta.url,
      scope: (barrier) => barrier.#words.block.scope,
      detach: (barrier, to): BarrierState => ({
        block: barrier.#words.block,
        timeout: barrier.#timeout,
        action: barrier.#action?.refer(to),
      }),
      modules: ({ action }: BarrierState) => BarrierAction.modules(action),
      prepare: async ({ action }: BarrierState) => action && BarrierAction.load(action),
      attach: (state: BarrierState) => new this(0, undefined, new ExistingBarrier(state)),
    });
  }
}

/** Stands in for the options where a barrier arrives. */
class ExistingBarrier extends ExistingBlock implements BarrierOptions {
  readonly action: BarrierAction | undefined;
  readonly timeout: number;

  constructor({ block, action, timeout }: BarrierState) {
    super(block);
    this.timeout = timeout;
    this.action = action && BarrierAction.arrived(action);
  }
}

function actionOf(action: unknown): BarrierAction | undefined {
  if (action === undefined) return undefined;
  if (typeof action === 'function') return BarrierAction.of(action as () => unknown);
  throw new TypeError('action must be a function; for options write new Barrier(n, undefined, { … })');
}

function brokenError(): Error {
  return new BrokenBarrierError('the Barrier is broken: a party left it, or it was aborted or reset');
}
