import { sharedState } from '@manycore/core';

import { afterTurn } from '../platform/node.js';
import type { HolderSlot } from './holders.js';
import type { End, PipeBlock } from './pipe-block.js';

/**
 * By which this thread has an end of a pipe: one for all of its connections to that end, however often they
 * were sent here.
 */
export class Hold {
  readonly #pipe: PipeBlock;
  readonly #end: End;
  /** Connections to this end that are open in this thread. */
  #connections = 0;
  /** Undefined while no connection of this thread is in use. */
  #slot: HolderSlot | undefined;
  /** Whether the end was sent away, and will be given up after this turn of the event loop. */
  #lingers = false;

  constructor(pipe: PipeBlock, end: End) {
    this.#pipe = pipe;
    this.#end = end;
  }

  /** One more connection. */
  open(): void {
    this.#connections += 1;
    this.use();
  }

  /** A connection is used: the end is held, though it may have been given up before. */
  use(): void {
    if (this.#slot !== undefined && !this.#lingers) return;
    const before = this.#slot;
    this.#lingers = false;
    this.#slot = this.#pipe.holders(this.#end).add();
    if (before !== undefined) this.#pipe.holders(this.#end).remove(before);
  }

  /** A connection is sent; the slot by which the end is held until it arrives. */
  send(): HolderSlot {
    const slot = this.#pipe.holders(this.#end).send();
    if (this.#connections === 1 && this.#slot !== undefined && !this.#lingers) this.#linger(this.#slot);
    return slot;
  }

  /**
   * Race "gone before the next one has it": the end may be sent to several, one after the other, and the
   * first may be through with it before the second gets it. So it is given up at the end of this turn.
   */
  #linger(slot: HolderSlot): void {
    this.#lingers = true;
    this.#pipe.holders(this.#end).linger(slot);
    void afterTurn().then(() => {
      if (!this.#lingers || this.#slot !== slot) return;
      this.#giveUp();
      this.#pipe.wakeAll();
    });
  }

  /** One connection less. */
  close(): void {
    this.#connections -= 1;
    if (this.#connections > 0) return;
    this.#giveUp();
    this.#pipe.wakeAll();
  }

  #giveUp(): void {
    if (this.#slot === undefined) return;
    this.#pipe.holders(this.#end).remove(this.#slot);
    this.#slot = undefined;
    this.#lingers = false;
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
