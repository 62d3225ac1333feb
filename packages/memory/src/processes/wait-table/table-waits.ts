import type { PendingWait } from '../../shared-block.js';
import { monitor, type Monitored } from '../../wait/monitor.js';
import type { WaitTable } from './wait-table.js';

/** The pending waits of one thread for the words of one segment. */
export class TableWaits {
  readonly #table: WaitTable;
  readonly #lines = new Map<number, Line[]>();

  constructor(table: WaitTable) {
    this.#table = table;
  }

  /**
   * Puts a wait in line, as a waiter of `owner` for `key`. From now on it misses no wake-up; whether the
   * word has changed before is for the caller to look at. `passOn` wakes another sleeper of the word.
   */
  add(
    owner: number,
    key: number,
    word: AwaitedWord,
    timeout: number,
    passOn: () => void,
  ): TableWait {
    let lines = this.#lines.get(key);
    if (!lines) this.#lines.set(key, (lines = []));
    let line = lines.find((candidate) => candidate.join());
    if (!line) {
      line = new Line(this.#table, this.#table.open(owner, key), passOn, () => {
        this.#remove(key);
      });
      lines.push(line);
    }
    const wait = new TableWait(line, word, timeout);
    line.waits.add(wait);
    return wait;
  }

  /** Settles the waits that others have woken. */
  collect(): void {
    for (const lines of [...this.#lines.values()]) for (const line of [...lines]) line.collect();
  }

  #remove(key: number): void {
    const lines = this.#lines.get(key)?.filter((line) => line.waits.size > 0) ?? [];
    if (lines.length > 0) this.#lines.set(key, lines);
    else this.#lines.delete(key);
  }
}

/** The waits that share a record of the table, in the order in which they came. */
class Line implements WaitRecord {
  /** As many as the record has waiters. */
  readonly waits = new Set<TableWait>();
  readonly #table: WaitTable;
  /** Undefined when the table had no room: then the heartbeat alone ends these waits. */
  readonly #record: number | undefined;
  readonly #onEmpty: () => void;
  readonly passOn: () => void;

  constructor(
    table: WaitTable,
    record: number | undefined,
    passOn: () => void,
    onEmpty: () => void,
  ) {
    this.#table = table;
    this.#record = record;
    this.passOn = passOn;
    this.#onEmpty = onEmpty;
  }

  /** Makes room for one more wait; false when there is none. */
  join(): boolean {
    return this.#record === undefined || this.#table.join(this.#record);
  }

  leave(wait: TableWait): boolean {
    this.waits.delete(wait);
    const woken = this.#record !== undefined && this.#table.leave(this.#record);
    // The table has closed the record with its last waiter.
    if (this.waits.size === 0) this.#onEmpty();
    return woken;
  }

  collect(): void {
    const credits = this.#record === undefined ? 0 : this.#table.take(this.#record);
    if (credits === 0) return;
    const woken = [...this.waits].slice(0, credits);
    for (const wait of woken) this.waits.delete(wait);
    if (this.waits.size === 0) this.#onEmpty();
    for (const wait of woken) wait.settle('ok');
  }
}

type Outcome = 'ok' | 'timed-out';

// Taken now: a test that replaces the timers later must not stop the waits.
const { setTimeout, clearTimeout } = globalThis;

/** The longest delay that a timer takes. A longer wait is woken for nothing then. */
const longestTimer = 2 ** 31 - 1;

/** Where a wait stands in line. */
interface WaitRecord {
  /** Takes the wait out; true when it had been woken. */
  leave(wait: TableWait): boolean;
  /** Settles the waits of this line that others have woken. */
  collect(): void;
  /** Wakes another sleeper of the word. */
  passOn(): void;
}

/** What a wait is for: the word to change from `expected`. */
interface AwaitedWord {
  readonly words: Int32Array;
  readonly index: number;
  readonly expected: number;
}

/** One pending wait of this thread for a word in a segment. */
class TableWait implements PendingWait, Monitored {
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
