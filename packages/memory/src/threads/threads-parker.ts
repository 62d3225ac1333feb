import { expiredWait, heartbeat, type Parker, type PendingWait } from '../shared-block.js';
import { monitor, type Monitored } from '../wait/monitor.js';

type Outcome = 'ok' | 'timed-out';

/** The part of `Atomics` that the ES2023 library of TypeScript does not have yet. */
const { waitAsync } = Atomics as unknown as {
  waitAsync: (
    words: Int32Array,
    index: number,
    expected: number,
    timeout?: number,
  ) => { async: false; value: 'not-equal' | 'timed-out' } | { async: true; value: Promise<Outcome> };
};

/** Parks the threads of one process, by `Atomics`. See the README beside this file. */
class ThreadsParker implements Parker {
  wait(
    words: Int32Array,
    index: number,
    expected: number,
    timeout: number,
  ): 'ok' | 'not-equal' | 'timed-out' {
    const first = Atomics.wait(words, index, expected, Math.min(timeout, heartbeat));
    if (first !== 'timed-out' || timeout <= heartbeat) return first;
    const deadline = performance.now() + timeout - heartbeat;
    for (;;) {
      const left = deadline - performance.now();
      if (left <= 0) return 'timed-out';
      const outcome = Atomics.wait(words, index, expected, Math.min(left, heartbeat));
      // The word changed and no notifier woke us (race "lost notifier"): that ends the wait as well.
      if (outcome !== 'timed-out') return 'ok';
    }
  }

  waitAsync(
    words: Int32Array,
    index: number,
    expected: number,
    timeout: number,
  ): PendingWait | 'not-equal' {
    const started = waitAsync(words, index, expected, timeout);
    if (started.async) return new ThreadsWait(words, index, expected, started.value);
    if (started.value === 'not-equal') return 'not-equal';
    return expiredWait();
  }

  notify(words: Int32Array, index: number, count: number): number {
    return Atomics.notify(words, index, count);
  }
}

/** One pending `Atomics.waitAsync`. */
class ThreadsWait implements PendingWait, Monitored {
  readonly settled: Promise<Outcome>;
  readonly #words: Int32Array;
  readonly #index: number;
  readonly #expected: number;
  #resolve!: (outcome: Outcome) => void;
  /** Undefined until the wait is over. */
  #outcome: Outcome | 'cancelled' | undefined;

  constructor(words: Int32Array, index: number, expected: number, native: Promise<Outcome>) {
    this.#words = words;
    this.#index = index;
    this.#expected = expected;
    this.settled = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    monitor.add(this, 'word');
    monitor.ref(this);
    void native.then((outcome) => this.#settle(outcome));
  }

  cancel(): boolean {
    if (this.#outcome === 'ok') {
      Atomics.notify(this.#words, this.#index, 1);
      return true;
    }
    if (this.#outcome === undefined) {
      this.#outcome = 'cancelled';
      monitor.delete(this);
      this.#withdraw();
    }
    return false;
  }

  unref(): void {
    monitor.unref(this);
  }

  ref(): void {
    monitor.ref(this);
  }

  check(): void {
    if (Atomics.load(this.#words, this.#index) === this.#expected) return;
    this.#settle('ok');
    this.#withdraw();
  }

  /**
   * The platform cannot take one waiter back, and one that is no longer followed would swallow a
   * wake-up (race "swallowed wake-up"). So all sleepers of the word are woken: they look and return.
   */
  #withdraw(): void {
    Atomics.notify(this.#words, this.#index);
  }

  #settle(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    monitor.delete(this);
    this.#resolve(outcome);
  }
}

export const threadsParker: Parker = new ThreadsParker();
