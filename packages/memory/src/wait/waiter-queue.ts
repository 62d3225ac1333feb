import { TimeoutError } from '@manycore/core';
import { onAbort } from '@manycore/core/internal';

import type { PendingWait } from '../shared-block.js';
import type { BlockingWords } from '../words.js';
import { PreparedWait, slice, type WaitSource } from './event-count.js';
import { monitor, type Monitored } from './monitor.js';
import type { Operation } from './operation.js';
import { type Attempt, waitSync } from './wait.js';

// Taken now: a test that replaces the timers later must not stop the waits.
const { setTimeout, clearTimeout } = globalThis;

/** The longest delay that a timer takes; longer ones are waited for in pieces. */
const longestTimer = 2 ** 31 - 1;

/** Words on which a thread sleeps blocked or in the background. */
export interface QueueWords extends BlockingWords {
  waitAsync(word: number, expected: number, timeout: number): PendingWait | 'not-equal';
}

export interface WaiterQueueOptions {
  /** Looks for a while whether what stands in the way has changed, before a sleep. */
  readonly spin?: (word: number) => boolean;
  /** Is called when a slice of a blocked sleep has passed: the thread may be needed elsewhere. */
  readonly afterSlice?: () => void;
}

/** An operation in the queue, whatever it settles to. */
type Waiter = Omit<Operation<unknown>, 'begin'>;

/** How an operation waits in the background. */
export interface WaitingOptions {
  /** Each ends the operation, with its reason. */
  readonly signals?: readonly (AbortSignal | undefined)[];
  /** Is told while the operation waits, and is held by it. */
  readonly use?: { begin(): void; end(): void };
}

/**
 * The operations of one thread that wait for one source, in the order of the calls. The first one is polled,
 * and sleeps for all; only it may be in the middle of something. README.md beside this file has the states.
 */
export class WaiterQueue implements Monitored {
  /** Other queues of this thread that may have what a blocked operation waits for: polled before it sleeps. */
  others: readonly WaiterQueue[] = [];
  readonly #source: WaitSource;
  readonly #words: QueueWords;
  readonly #prepared: PreparedWait;
  readonly #afterSlice: (() => void) | undefined;
  readonly #operations: Waiter[] = [];
  /** The sleep that goes on in the background, and what it is for. */
  #pending: PendingWait | undefined;
  #word = 0;
  #expected = 0;

  constructor(source: WaitSource, words: QueueWords, options: WaiterQueueOptions = {}) {
    this.#source = source;
    this.#words = words;
    this.#afterSlice = options.afterSlice;
    const attempt = (): number => this.#operations[0]?.attempt() ?? 0;
    this.#prepared = new PreparedWait(source, attempt, slice, options.spin);
  }

  /** Whether no operation waits. */
  get empty(): boolean {
    return this.#operations.length === 0;
  }

  /**
   * Settles an operation without blocking the thread. It leaves when its time is over, with a TimeoutError,
   * or when one of the signals aborts.
   */
  wait<T>(operation: Operation<T>, { signals = [], use }: WaitingOptions = {}): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      for (const signal of signals) {
        if (signal?.aborted !== true) continue;
        reject(signal.reason);
        return;
      }
      let endWait: (() => void) | undefined;
      operation.begin(
        this.#words,
        (value) => {
          endWait?.();
          resolve(value);
        },
        (reason) => {
          endWait?.();
          reject(reason);
        },
      );
      this.#operations.push(operation);
      if (this.#operations.length === 1) this.#run();
      // Mostly there is nothing to wait for.
      if (!operation.settled) endWait = this.#whileWaiting(operation, signals, use);
    });
  }

  /** Sees to the deadline and the signals of an operation that waits, until it calls what this returns. */
  #whileWaiting(
    operation: Waiter,
    signals: readonly (AbortSignal | undefined)[],
    use: WaitingOptions['use'],
  ): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unwatch: (() => void)[] = [];
    const startTimer = (): void => {
      const left = Math.max(operation.deadline - this.#words.now(), 0);
      timer = setTimeout(onTimer, Math.min(Math.ceil(left), longestTimer));
    };
    const onTimer = (): void => {
      if (operation.deadline - this.#words.now() > 0) {
        startTimer();
        return;
      }
      // There may be something that no waiter was woken for yet.
      this.poll();
      if (this.#leave(operation)) operation.fail(new TimeoutError(operation.timeoutText()));
    };
    use?.begin();
    if (operation.deadline !== Infinity) startTimer();
    for (const signal of signals) {
      if (!signal) continue;
      const leave = (): void => {
        if (this.#leave(operation)) operation.fail(signal.reason);
      };
      unwatch.push(onAbort(signal, leave));
    }
    return () => {
      clearTimeout(timer);
      for (const stop of unwatch) stop();
      use?.end();
    };
  }

  /** Settles an operation, and blocks the thread until then. Throws a TimeoutError when its time is over. */
  waitSync<T>(operation: Operation<T>): T {
    let result: { readonly value: T } | { readonly reason: unknown } | undefined;
    operation.begin(
      this.#words,
      (value) => {
        result = { value: value as T };
      },
      (reason) => {
        result = { reason };
      },
    );
    this.#cancelSleep();
    this.#operations.push(operation);
    try {
      this.#advance();
      // Mostly there is nothing to sleep for.
      if (!operation.settled) waitSync(this.#blocked(operation), this.#words, Infinity);
    } finally {
      if (!operation.settled) this.#abandon(operation);
      this.#run();
    }
    if (result && 'value' in result) return result.value;
    throw result?.reason;
  }

  /** Goes on in the background, as far as that is possible at once. */
  poll(): void {
    if (this.empty) return;
    this.#cancelSleep();
    this.#run();
  }

  /** For the monitor, while it sleeps in the background: looks for dead owners, and goes on if there is a reason. */
  check(): void {
    if (!this.#pending) return;
    try {
      this.#source.rescue();
      const prepared = this.#prepared;
      const isDone = this.#advance();
      // The sleep is as good as before, unless a notifier took the announcement back.
      if (!isDone && prepared.word === this.#word && prepared.expected === this.#expected) return;
      this.#cancelSleep();
      if (!isDone && !this.#sleep()) this.#run();
    } catch (error) {
      this.#failAll(error);
    }
  }

  /** The attempt of a blocked thread: ends when the operation is settled. */
  #blocked(operation: Waiter): Attempt {
    const prepared = this.#prepared;
    const blocked = {
      word: 0,
      expected: 0,
      limit: slice,
      owner: 0,
      poll: (): boolean => {
        while (!this.#advance() && !operation.settled) {
          // A message that comes in may move the deadline.
          const { deadline } = operation;
          const left = deadline === Infinity ? deadline : deadline - this.#words.now();
          if (left <= 0 && this.#giveUp(operation)) throw new TimeoutError(operation.timeoutText());
          if (left <= 0) continue;
          for (const queue of this.others) queue.poll();
          blocked.word = prepared.word;
          blocked.expected = prepared.expected;
          blocked.limit = Math.min(left, prepared.limit);
          return false;
        }
        return true;
      },
      woke: (timedOut: boolean): void => {
        if (timedOut) this.#afterSlice?.();
        prepared.woke(timedOut);
      },
      waitedLong: (): void => prepared.waitedLong(),
    };
    return blocked;
  }

  /** The time of a blocked operation is over: whether it leaves. */
  #giveUp(operation: Waiter): boolean {
    return this.#operations[0] !== operation || operation.leave();
  }

  /** Takes an operation out, if it can leave; false when it cannot: it will be settled soon. */
  #leave(operation: Waiter): boolean {
    const place = this.#operations.indexOf(operation);
    if (place < 0) return false;
    if (place === 0) {
      this.#cancelSleep();
      if (!operation.leave()) {
        this.#run();
        return this.#leave(operation);
      }
    }
    this.#operations.splice(place, 1);
    if (place === 0) {
      this.#prepared.leave();
      this.#run();
    }
    return true;
  }

  /** Takes an operation out that failed: a value that it took later would be lost. */
  #abandon(operation: Waiter): void {
    const place = this.#operations.indexOf(operation);
    if (place === 0) {
      operation.leave();
      this.#prepared.leave();
    }
    if (place >= 0) this.#operations.splice(place, 1);
  }

  /** Settles all that can be settled at once; false when the first one has to sleep. */
  #advance(): boolean {
    for (;;) {
      const first = this.#operations[0];
      if (!first) return true;
      try {
        if (!this.#prepared.poll()) return false;
      } catch (error) {
        this.#operations.shift();
        first.fail(error);
        continue;
      }
      this.#operations.shift();
      first.settle(this.#prepared.outcome);
    }
  }

  #run(): void {
    try {
      while (!this.#advance()) if (this.#sleep()) return;
    } catch (error) {
      this.#failAll(error);
    }
  }

  /** There is no sleeping on this memory, and no operation may wait forever. */
  #failAll(error: unknown): void {
    this.#cancelSleep();
    for (const operation of this.#operations.splice(0)) operation.fail(error);
  }

  /** Begins to sleep in the background; false when the word has changed. */
  #sleep(): boolean {
    const { word, expected } = this.#prepared;
    const pending = this.#words.waitAsync(word, expected, Infinity);
    if (pending === 'not-equal') {
      this.#prepared.woke(false);
      return false;
    }
    this.#pending = pending;
    this.#word = word;
    this.#expected = expected;
    monitor.add(this, 'owner');
    void pending.settled.then(() => {
      // Given up between the wake-up and this reaction: then the wake-up was passed on.
      if (this.#pending !== pending) return;
      this.#pending = undefined;
      monitor.delete(this);
      this.#prepared.woke(false);
      this.#run();
    });
    return true;
  }

  /** Ends the sleep, if one goes on; a wake-up that it had received goes to others. */
  #cancelSleep(): void {
    if (!this.#pending) return;
    this.#pending.cancel();
    this.#pending = undefined;
    monitor.delete(this);
  }
}
