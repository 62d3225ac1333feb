import type { Destination } from '@manycore/core/internal';
import type { Task } from '../scheduler/records.js';
import { loadRings } from './load-rings.js';
import type { MessageLink } from './message-link.js';
import type { OpenedRings } from './ring/open-rings.js';
import type { RingLink, RingLinkOwner } from './ring/ring-link.js';
import type { SpareBlocks } from './spare-blocks.js';
import type { TaskPayload } from './transport.js';

/** What the offer needs of the connection. */
export interface RingOwner<P extends TaskPayload> extends RingLinkOwner<P> {
  /** From now on tasks go through this link. `kept` is one that waited for it. */
  useRings(link: RingLink<P>, kept: Task<P> | undefined): void;
  /** There will be no rings. */
  sendKept(kept: Task<P> | undefined): void;
}

/** Memory is shared with a worker that has finished so many tasks … */
const enough = 3;
/** … of at most so many milliseconds each: with longer ones it would gain nothing. */
const short = 5;

/**
 * Decides when a worker gets rings, and sees to it that it does. The code for them is loaded then, here and in the
 * worker. The worker gets no task meanwhile: one that exits or is ended while it loads code would leave files open.
 *
 * | state | until |
 * |---|---|
 * | none | it has finished enough short tasks |
 * | preparing | the code is loaded and the memory is allocated, or cannot be |
 * | prepared | no task is in flight |
 * | offered | the worker's answer; the next task is kept |
 * | over | there are rings, or there will be none |
 */
export class RingOffer<P extends TaskPayload> {
  readonly #owner: RingOwner<P>;
  readonly #messages: MessageLink<P>;
  readonly #destination: Destination;
  #finished = 0;
  #runTime = 0;
  readonly #spare: SpareBlocks;
  #state: 'none' | 'preparing' | 'prepared' | 'offered' | 'over' = 'none';
  #rings: OpenedRings<P> | undefined;

  /** `spare`: memory that the rings may use. */
  constructor(owner: RingOwner<P>, spare: SpareBlocks, messages: MessageLink<P>, destination: Destination) {
    this.#owner = owner;
    this.#spare = spare;
    this.#messages = messages;
    this.#destination = destination;
  }

  /** A task ran for `ran` milliseconds, and is no more in flight. */
  note(ran: number): void {
    if (this.#state === 'prepared') this.#offer();
    if (this.#state !== 'none') return;
    this.#finished += 1;
    this.#runTime += ran;
    if (this.#finished < enough || this.#runTime / this.#finished > short) return;
    this.#state = 'preparing';
    void this.#prepare();
  }

  /** The worker's answer; false when nothing was offered. */
  answered(accepted: boolean): boolean {
    if (this.#state !== 'offered') return false;
    this.#state = 'over';
    const kept = this.#messages.resume();
    if (accepted && this.#rings) {
      this.#owner.useRings(this.#rings.link(), kept);
    } else {
      // It may have opened the memory all the same: that is used again when it has exited.
      this.#owner.sendKept(kept);
    }
    return true;
  }

  /** The worker has exited: its memory is free. */
  end(): void {
    this.#state = 'over';
    this.#rings?.release();
    this.#rings = undefined;
  }

  async #prepare(): Promise<void> {
    try {
      const { openRings } = await loadRings();
      if (this.#state !== 'preparing') return;
      this.#rings = openRings(this.#owner, this.#destination, this.#spare, this.#runTime / this.#finished);
    } catch {
      // There is no memory to be shared: messages do.
      this.#state = 'over';
      return;
    }
    this.#state = 'prepared';
    this.#offer();
  }

  #offer(): void {
    if (this.#messages.hasTasks) return;
    this.#state = 'offered';
    this.#messages.pause();
    try {
      this.#owner.postBlock('rings', this.#rings?.block);
    } catch {
      this.answered(false);
    }
  }
}
