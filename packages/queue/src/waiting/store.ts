import type { Incoming } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import type { Offers } from '../exchange/offers.js';
import type { Sleepable } from '../ring/pursuit.js';

/** The side of a store where messages are put. Outcomes are those of ring/outcome.ts. */
export interface PutSide {
  attempt(message: Outgoing): number;
  /** Gives up the message in the middle of which this is, if it is. */
  leave(): void;
  /** @throws RangeError for a message that can never be put. */
  check(message: Outgoing): void;
  /** Whether a message can be put at one go, if there is room: otherwise `attempt` may have to wait in its middle. */
  fitsWhole(message: Outgoing): boolean;
}

/** The side of a store where messages are taken. */
export interface TakeSide {
  /** After `done`, `message` has what was taken. */
  attempt(): number;
  message(): Incoming;
  /** Like `attempt`, but takes nothing. */
  probe(): number;
  /** How much of the message in the middle of which this is has come in; -1 when there is none. */
  readonly received: number;
  /** Gives that message back; false when the next attempt need not wait for it. */
  giveBack(): boolean;
}

/** Where messages are, in shared memory, as one thread sees it. */
export interface Store extends Sleepable {
  readonly tail: PutSide;
  readonly head: TakeSide;
  /** The words that `attempt` and `arm` speak of. */
  readonly words: Int32Array;
  /** The word that changes when there is a reason to try again what had to wait for `word`. */
  watched(word: number): number;
  /** Whether the word is a lock that is held for a moment only: worth waiting for even without patience. */
  isBrief(word: number): boolean;
  /** With `immediate`, what is in it cannot be taken any more either. */
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
