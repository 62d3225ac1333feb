import { sharedState } from '@manycore/core';

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
    this.#slot ??= this.#pipe.holders(this.#end).add();
  }

  /** A connection is sent; the slot by which the end is held until it arrives. */
  send(): HolderSlot {
    const slot = this.#pipe.holders(this.#end).send();
    if (this.#connections === 1) this.#giveUp();
    return slot;
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
