import type { SharedWords, WaitSource } from '@manycore/memory/internal';

import type { Incoming } from './encoding/incoming.js';
import type { Outgoing } from './encoding/outgoing.js';
import type { Offers } from './exchange/offers.js';

/*
 * What a try at a store comes to: one of these, or a positive number, the word to sleep on before the next
 * try because nothing can be done now.
 */
export const done = 0;
/** The store is closed: it can never be done. */
export const closed = -1;

/** The side of a store where messages are put. */
export interface PutSide {
  tryPush(message: Outgoing): number;
  /** Gives up the message in the middle of which this is, if it is. */
  leave(): void;
  /** @throws RangeError for a message that can never be put. */
  check(message: Outgoing): void;
  /** Whether a message is put in one piece: otherwise `tryPush` may have to wait in its middle. */
  fitsWhole(message: Outgoing): boolean;
}

/** The side of a store where messages are taken. */
export interface TakeSide {
  /** After `done`, `message` has what was taken. */
  tryPop(): number;
  message(): Incoming;
  /** Like `tryPop`, but takes nothing. */
  peek(): number;
  /** How many bytes of the message in the middle of which this is have come in; -1 when there is none. */
  readonly received: number;
  /** Gives that message back; false when the next try need not wait for it. */
  giveBack(): boolean;
}

/** Where messages are, in shared memory, as one thread sees it. */
export interface Store extends WaitSource {
  readonly producer: PutSide;
  readonly consumer: TakeSide;
  /** The words that a try and `prepareWait` name. */
  readonly words: SharedWords;
  /** The word that changes when there is a reason to try again what had to wait for `word`. */
  watched(word: number): number;
  /** Whether the word is a mutex that is held for a moment only: worth waiting for even by what does not wait. */
  isBrief(word: number): boolean;
  /** With `immediate`, what is in it cannot be taken either. */
  close(immediate?: boolean): void;
  /** Where the parts of its messages are; undefined where there are none. */
  readonly parts: Offers | undefined;
  readonly closed: boolean;
  readonly size: number;
  /** How many messages there may be; 0: as many as there is room for. */
  readonly maxSize: number;
  /** Whether even a small message would have to wait. */
  readonly full: boolean;
}

/** How many messages are to be finished, and were taken, so far, modulo 2 ** 32. */
export interface Counts {
  readonly due: number;
  readonly takes: number;
}

/** A store whose messages are finished, one by one, after they were taken. See joinable/. */
export interface CountedStore {
  /** How many messages are to be finished: those that were put, but for those that were dropped. */
  readonly due: number;
  /**
   * Calls `look` with counts that belong together, and says whether they still did at its end; false when
   * that is not possible now.
   */
  counting(look: (counts: Counts) => void): boolean;
  /** Wakes all threads that sleep until everything is finished. */
  wakeJoined(): void;
}
