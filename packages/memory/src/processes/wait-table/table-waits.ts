import { type AwaitedWord, TableWait, type WaitRecord } from './table-wait.js';
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
