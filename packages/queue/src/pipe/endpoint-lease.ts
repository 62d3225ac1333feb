import { sharedState } from '@manycore/core/internal';

import { afterTurn } from '../platform/node.js';
import { WeakValues } from '../weak-values.js';
import type { LeaseSlot, LeaseTable } from './lease-table.js';
import type { End, PipeBlock } from './pipe-block.js';

/** By which lease a connection that arrives was held on its way. */
export interface Transit {
  readonly slot: LeaseSlot;
  readonly sender: number;
}

/**
 * This thread's lease of an end of a pipe: one for all of its connections to that end, however often they were
 * sent here.
 */
export class EndpointLease {
  readonly #pipe: PipeBlock;
  readonly #table: LeaseTable;
  /** Connections to this end that are open in this thread. */
  #connections = 0;
  /** Operations of theirs that wait. */
  #pending = 0;
  /** Undefined while no connection of this thread is in use. */
  #slot: LeaseSlot | undefined;
  /** Whether the end was sent away, and will be given up after this turn of the event loop: the grace period. */
  #isExpiring = false;

  constructor(pipe: PipeBlock, end: End) {
    this.#pipe = pipe;
    this.#table = pipe.leases(end);
  }

  /** One more connection. It may arrive when the end is gone: then it is closed. */
  open(transit?: Transit): void {
    this.#connections += 1;
    if (!transit) {
      this.use();
    } else if (this.#slot === undefined) {
      this.#slot = this.#table.receive(transit.slot, transit.sender);
    } else {
      this.use();
      this.#table.arrived(transit.slot, transit.sender);
    }
  }

  /** A connection is used: the end is held, though it may have been given up before. False when it is gone. */
  use(): boolean {
    if (this.#slot !== undefined && !this.#isExpiring) return true;
    const before = this.#slot;
    this.#isExpiring = false;
    this.#slot = this.#table.add();
    if (before !== undefined) this.#table.remove(before);
    return this.#slot !== undefined;
  }

  /** Whether the end is gone for good, though this thread has connections to it. */
  get gone(): boolean {
    return this.#table.reported;
  }

  /** An operation begins to wait: until it is over, the end is held. */
  begin(): void {
    this.#pending += 1;
  }

  end(): void {
    this.#pending -= 1;
    if (this.#isExpiring && this.#pending === 0) this.#expire();
  }

  /** A connection is sent; the slot by which the end is held until it arrives. Undefined when it is gone. */
  send(): LeaseSlot | undefined {
    const slot = this.#table.send();
    if (this.#connections === 1 && this.#slot !== undefined && !this.#isExpiring) {
      this.#isExpiring = true;
      if (this.#pending === 0) this.#expire();
    }
    return slot;
  }

  /**
   * Race "gone before the next one has it": the end may be sent to several, one after the other, and the
   * first may be through with it before the second gets it. So it is given up at the end of this turn.
   */
  #expire(): void {
    const slot = this.#slot;
    if (slot === undefined) return;
    this.#table.expire(slot);
    void afterTurn().then(() => {
      if (this.#isExpiring && this.#slot === slot && this.#pending === 0) this.#giveUp();
    });
  }

  /** One connection less. */
  close(): void {
    this.#connections -= 1;
    if (this.#connections === 0) this.#giveUp();
  }

  #giveUp(): void {
    if (this.#slot !== undefined) this.#table.remove(this.#slot);
    this.#slot = undefined;
    this.#isExpiring = false;
    this.#pipe.wakeAll();
  }
}

/** By pipe and end. */
const leases = sharedState('queue.leases', () => new WeakValues<EndpointLease>());

/** This thread's lease of an end. */
export function leaseOf(pipe: PipeBlock, end: End): EndpointLease {
  return leases.getOrMake(`${pipe.identity} ${end}`, () => new EndpointLease(pipe, end));
}
