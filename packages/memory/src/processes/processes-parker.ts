import { nativeBackend } from '../platform/native.js';
import { expiredWait, heartbeat, type Parker, type PendingWait } from '../shared-block.js';
import { AtomicView } from '../words.js';
import { TableWaits } from './wait-table/table-waits.js';
import type { ProcessOwners } from './process-owners.js';
import { wakePipe } from './wait-table/wake-pipe.js';
import { WaitTable } from './wait-table/wait-table.js';

/**
 * Parks threads of several processes on the words of one segment: blocked ones on the kernel's futex,
 * asynchronous ones in the segment's wait table. See the README in this folder.
 */
export class ProcessesParker implements Parker {
  readonly #buffer: ArrayBufferLike;
  readonly #base: number;
  readonly #owners: ProcessOwners;
  readonly #table: WaitTable;
  readonly #waits: TableWaits;
  /** Held here, because the wake pipe holds it weakly: it lives as long as the parker. */
  readonly #collect: () => void;
  #listening = false;
  /** Which kind of sleeper the next `notify` wakes first: neither kind must always lose. */
  #blockedFirst = false;

  /** For the segment in `buffer`, which begins at the address `base`; `table` are words of it. */
  constructor(buffer: ArrayBufferLike, base: number, table: Int32Array, owners: ProcessOwners) {
    this.#buffer = buffer;
    this.#base = base;
    this.#owners = owners;
    this.#table = new WaitTable(new AtomicView(table));
    this.#waits = new TableWaits(this.#table);
    this.#collect = () => this.#waits.collect();
  }

  wait(
    words: Int32Array,
    index: number,
    expected: number,
    timeout: number,
  ): 'ok' | 'not-equal' | 'timed-out' {
    const address = this.#addressOf(words, index);
    const backend = nativeBackend();
    const deadline = performance.now() + timeout;
    let left = timeout;
    for (let first = true; ; first = false) {
      // In slices: a thread that is being terminated must get out, and so must one whose notifier died.
      const outcome = backend.wait(address, expected, Math.min(left, heartbeat));
      if (outcome === 'ok') return 'ok';
      if (outcome === 'not-equal') return first ? 'not-equal' : 'ok';
      left = deadline - performance.now();
      if (left <= 0) return 'timed-out';
    }
  }

  waitAsync(
    words: Int32Array,
    index: number,
    expected: number,
    timeout: number,
  ): PendingWait | 'not-equal' {
    if (Atomics.load(words, index) !== expected) return 'not-equal';
    if (timeout <= 0) return expiredWait();
    const key = this.#keyOf(words, index);
    if (!this.#listening) {
      this.#owners.receiveAt(wakePipe.open());
      wakePipe.listen(this.#collect);
      this.#listening = true;
    }
    const word = { words, index, expected };
    const wait = this.#waits.add(this.#owners.self(), key, word, timeout, () => {
      this.notify(words, index, 1);
    });
    // Once more, now that every notifier sees the waiter.
    if (Atomics.load(words, index) === expected) return wait;
    wait.cancel();
    return 'not-equal';
  }

  notify(words: Int32Array, index: number, count: number): number {
    if (count <= 0) return 0;
    this.#blockedFirst = !this.#blockedFirst;
    const blocked = (limit: number): number =>
      limit > 0 ? nativeBackend().wake(this.#addressOf(words, index), limit) : 0;
    const pending = (limit: number): number =>
      limit > 0 ? this.#grant(this.#keyOf(words, index), limit) : 0;
    const [first, second] = this.#blockedFirst ? [blocked, pending] : [pending, blocked];
    const woken = first(count);
    return woken + second(count - woken);
  }

  #grant(key: number, count: number): number {
    const given = this.#table.grant(
      key,
      count,
      (owner) => owner === this.#owners.self() || this.#owners.signal(owner),
    );
    // Our own loop needs no signal.
    if (given > 0) this.#waits.collect();
    return given;
  }

  #addressOf(words: Int32Array, index: number): number {
    return this.#base + this.#offsetOf(words, index);
  }

  /** The number of the word in its segment, from 1. */
  #keyOf(words: Int32Array, index: number): number {
    return this.#offsetOf(words, index) / 4 + 1;
  }

  #offsetOf(words: Int32Array, index: number): number {
    if (words.buffer !== this.#buffer || !(index >= 0 && index < words.length)) {
      throw new RangeError(`there is no word ${index} of this block`);
    }
    return words.byteOffset + index * 4;
  }
}
