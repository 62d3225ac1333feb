import type { PendingWait } from '../../parker.js';
import { monitor, type Monitored } from '../../wait/monitor.js';

type Outcome = 'ok' | 'timed-out';

// Taken now: a test that replaces the timers later must not stop the waits.
const { setTimeout, clearTimeout } = globalThis;

/** The longest delay that a timer takes. A longer wait is woken for nothing then. */
const longestTimer = 2 ** 31 - 1;

/** Where a wait stands in line. */
export interface WaitRecord {
  /** Takes the wait out; true when it had been woken. */
  leave(wait: TableWait): boolean;
  /** Settles the waits of this line that others have woken. */
  collect(): void;
  /** Wakes another sleeper of the word. */
  passOn(): void;
}

/** What a wait is for: the word to change from `expected`. */
export interface AwaitedWord {
  readonly words: Int32Array;
  readonly index: number;
  readonly expected: number;
}

/** One pending wait of this thread for a word in a segment. */
export class TableWait implements PendingWait, Monitored {
  readonly settled: Promise<Outcome>;
  readonly #line: WaitRecord;
  readonly #word: AwaitedWord;
  #resolve!: (outcome: Outcome) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Undefined while the wait stands in line. */
  #outcome: Outcome | 'cancelled' | undefined;

  constructor(line: WaitRecord, word: AwaitedWord, timeout: number) {
    this.#line = line;
    this.#word = word;
    this.settled = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    monitor.add(this, 'word');
    monitor.ref(this);
    if (timeout === Infinity) return;
    const outcome = timeout > longestTimer ? 'ok' : 'timed-out';
    this.#timer = setTimeout(() => this.#expire(outcome), Math.min(timeout, longestTimer));
  }

  /** Ends the wait, which has left its line. */
  settle(outcome: Outcome | 'cancelled'): void {
    this.#outcome = outcome;
    clearTimeout(this.#timer);
    monitor.delete(this);
    if (outcome !== 'cancelled') this.#resolve(outcome);
  }

  unref(): void {
    monitor.unref(this);
    this.#timer?.unref();
  }

  ref(): void {
    monitor.ref(this);
    this.#timer?.ref();
  }

  check(): void {
    // A notifier that was killed may owe a signal for a wake-up, or the wake-up itself.
    this.#line.collect();
    if (this.#outcome !== undefined) return;
    const { words, index, expected } = this.#word;
    if (Atomics.load(words, index) === expected) return;
    this.#line.leave(this);
    this.settle('ok');
  }

  cancel(): boolean {
    if (this.#outcome === 'timed-out' || this.#outcome === 'cancelled') return false;
    const woken = this.#outcome === 'ok' || this.#line.leave(this);
    if (this.#outcome === undefined) this.settle('cancelled');
    if (woken) this.#line.passOn();
    return woken;
  }

  #expire(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.settle(this.#line.leave(this) ? 'ok' : outcome);
  }
}
