import { sharedState } from '@manycore/core/internal';

import { afterTurn } from '../platform/node.js';
import type { Holders, HolderSlot } from './holders.js';
import type { End, PipeBlock } from './pipe-block.js';

/** How a connection that arrives was held on its way. */
export interface Transit {
  readonly slot: HolderSlot;
  readonly sender: number;
}

/**
 * By which this thread has an end of a pipe: one for all of its connections to that end, however often they
 * were sent here.
 */
export class Hold {
  readonly #pipe: PipeBlock;
  readonly #holders: Holders;
  /** Connections to this end that are open in this thread. */
  #connections = 0;
  /** Operations of theirs that wait. */
  #pending = 0;
  /** Undefined while no connection of this thread is in use. */
  #slot: HolderSlot | undefined;
  /** Whether the end was sent away, and will be given up after this turn of the event loop. */
  #lingers = false;

  constructor(pipe: PipeBlock, end: End) {
    this.#pipe = pipe;
    this.#holders = pipe.holders(end);
  }

  /** One more connection. It may arrive when the end is gone: then it is closed. */
  open(transit?: Transit): void {
    this.#connections += 1;
    if (!transit) {
      this.use();
    } else if (this.#slot === undefined) {
      this.#slot = this.#holders.receive(transit.slot, transit.sender);
    } else {
      this.use();
      this.#holders.arrived(transit.slot, transit.sender);
    }
  }

  /** A connection is used: the end is held, though it may have been given up before. False when it is gone. */
  use(): boolean {
    if (this.#slot !== undefined && !this.#lingers) return true;
    const before = this.#slot;
    this.#lingers = false;
    this.#slot = this.#holders.add();
    if (before !== undefined) this.#holders.remove(before);
    return this.#slot !== undefined;
  }

  /** Whether the end is gone for good, though this thread has connections to it. */
  get gone(): boolean {
    return this.#holders.reported;
  }

  /** An operation begins to wait: until it is over, the end is held. */
  begin(): void {
    this.#pending += 1;
  }

  end(): void {
    this.#pending -= 1;
    if (this.#lingers && this.#pending === 0) this.#linger();
  }

  /** A connection is sent; the slot by which the end is held until it arrives. Undefined when it is gone. */
  send(): HolderSlot | undefined {
    const slot = this.#holders.send();
    if (this.#connections === 1 && this.#slot !== undefined && !this.#lingers) {
      this.#lingers = true;
      if (this.#pending === 0) this.#linger();
    }
    return slot;
  }

  /**
   * Race "gone before the next one has it": the end may be sent to several, one after the other, and the
   * first may be through with it before the second gets it. So it is given up at the end of this turn.
   */
  #linger(): void {
    const slot = this.#slot;
    if (slot === undefined) return;
    this.#holders.linger(slot);
    void afterTurn().then(() => {
      if (this.#lingers && this.#slot === slot && this.#pending === 0) this.#giveUp();
    });
  }

  /** One connection less. */
  close(): void {
    this.#connections -= 1;
    if (this.#connections === 0) this.#giveUp();
  }

  #giveUp(): void {
    if (this.#slot !== undefined) this.#holders.remove(this.#slot);
    this.#slot = undefined;
    this.#lingers = false;
    this.#pipe.wakeAll();
  }
}

/** By pipe and end. A hold that no connection has any more may be forgotten. */
const holds = sharedState('queue.holds', () => new Map<string, WeakRef<Hold>>());

const forgotten = new FinalizationRegistry<string>((identity) => {
  if (!holds.get(identity)?.deref()) holds.delete(identity);
});

/** This thread's hold on an end. */
export function holdOf(pipe: PipeBlock, end: End): Hold {
  const identity = `${pipe.identity} ${end}`;
  const known = holds.get(identity)?.deref();
  if (known) return known;
  const hold = new Hold(pipe, end);
  holds.set(identity, new WeakRef(hold));
  forgotten.register(hold, identity);
  return hold;
}
