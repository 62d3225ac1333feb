import type { SharedBlock } from '@manycore/memory';
import type { EncodedValues } from './record.js';
import { Regions } from './regions.js';
import { Overflow, overflowLimit } from './overflow.js';
import type { WorkerRings } from './worker-rings.js';

/**
 * The pool's side of a worker's overflow area: see "Large values" in README.md.
 *
 * | state | until |
 * |---|---|
 * | none | the first large value |
 * | offered | the worker's answer; large values go by message |
 * | ready | the worker exits |
 * | over | there is no memory, or the worker could not open it: large values go by message |
 */
export class TaskOverflow {
  readonly #pool: object;
  readonly #rings: WorkerRings;
  readonly #post: (block: SharedBlock) => void;
  readonly #regions = new Regions(overflowLimit);
  #state: 'none' | 'offered' | 'ready' | 'over' = 'none';
  #overflow: Overflow | undefined;

  /** `pool` stands for the worker's pool; `post` sends the worker a block. */
  constructor(pool: object, rings: WorkerRings, post: (block: SharedBlock) => void) {
    this.#pool = pool;
    this.#rings = rings;
    this.#post = post;
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** There is a large value: from the worker's answer on, such values lie there. */
  offer(): void {
    if (this.#state !== 'none') return;
    this.#state = 'offered';
    try {
      this.#overflow = Overflow.allocate(this.#pool);
      // Results may lie there before the worker's answer has arrived.
      this.#rings.use(this.#overflow);
      this.#post(this.#overflow.block);
    } catch {
      this.answered(false);
    }
  }

  /** False when nothing was offered. */
  answered(accepted: boolean): boolean {
    if (this.#state !== 'offered') return false;
    this.#state = accepted ? 'ready' : 'over';
    return true;
  }

  /** A place for the values of a task; undefined when there is no room now. */
  place(values: EncodedValues): EncodedValues | undefined {
    const place = this.#regions.allocate(values.byteLength);
    return place === undefined ? undefined : { ...values, place };
  }

  /** The oldest task that has values there was settled: the worker has read them. */
  freeOldest(): void {
    this.#regions.freeOldest();
  }

  /** The youngest was taken back: the worker will not read them. */
  freeYoungest(): void {
    this.#regions.freeYoungest();
  }

  /** The worker has exited. */
  end(): void {
    this.#state = 'over';
    this.#overflow?.release(this.#pool);
    this.#rings.use(undefined);
    this.#overflow = undefined;
  }
}
