import type { SharedBlock } from '@manycore/memory';

import { OwnedWord } from '../lock/owned-word.js';
import { BlockParty } from '../waiting/party.js';

/*
 * See the README in protocol/barrier for words, states and races.
 */
const [lockWord, generationWord, arrivedWord, stateWord, actorWord, partiesWord] = [
  0, 1, 2, 3, 4, 5,
] as const;
const outcomesWord = 8;
const generationsKept = 512;
export const barrierWords: number = outcomesWord + generationsKept / 32;

const [filling, acting, broken] = [0, 1, 2] as const;

/** What came of an arrival. */
export type Arrival =
  | { readonly kind: 'broken' }
  /** The action of the last generation still runs: wait for `generation` to end, and arrive again. */
  | { readonly kind: 'early'; readonly generation: number }
  | { readonly kind: 'waits'; readonly generation: number; readonly index: number }
  /** The last one, who runs the action and then says `acted`. */
  | { readonly kind: 'acts'; readonly generation: number; readonly index: number };

/** The words of a barrier. Every method is one transition, under the barrier's own lock. */
export class BarrierWords {
  readonly party: BlockParty;
  readonly #words: Int32Array;
  readonly #lock: OwnedWord;

  constructor(block: SharedBlock) {
    this.party = new BlockParty(block);
    this.#words = block.words;
    this.#lock = new OwnedWord(this.party, lockWord, 'Barrier');
  }

  /** The word that parties sleep on. */
  static readonly index: number = generationWord;

  /** In a new block only. */
  initialise(parties: number): void {
    this.#set(partiesWord, parties);
  }

  get parties(): number {
    return this.#get(partiesWord);
  }

  get generation(): number {
    return this.#get(generationWord);
  }

  get broken(): boolean {
    return this.#get(stateWord) === broken;
  }

  get waiting(): number {
    return this.#get(stateWord) === filling ? this.#get(arrivedWord) : 0;
  }

  /** Whoever runs the action now; 0 for nobody. */
  get actor(): number {
    return this.#get(stateWord) === acting ? this.#get(actorWord) : 0;
  }

  arrive(acts: boolean): Arrival {
    return this.#locked(() => {
      const generation = this.generation;
      switch (this.#get(stateWord)) {
        case broken:
          return { kind: 'broken' };
        case acting:
          return { kind: 'early', generation };
        default:
      }
      const index = this.#get(arrivedWord);
      this.#set(arrivedWord, index + 1);
      if (index + 1 < this.parties) return { kind: 'waits', generation, index };
      if (acts) {
        this.#set(actorWord, this.party.self);
        this.#set(stateWord, acting);
      } else {
        this.#end(false, filling);
      }
      return { kind: 'acts', generation, index };
    });
  }

  /** The action is over: trips the barrier, or breaks it. Whether that generation had not ended before. */
  acted(generation: number, succeeded: boolean): boolean {
    return this.#locked(() => {
      if (this.generation !== generation) return false;
      this.#end(!succeeded, succeeded ? filling : broken);
      return true;
    });
  }

  /** One that waits gives up: breaks the barrier if its generation has not ended. Whether that was so. */
  leave(generation: number): boolean {
    return this.#locked(() => {
      if (this.generation !== generation) return false;
      this.#end(true, broken);
      return true;
    });
  }

  /** Breaks the barrier if the one that runs its action is dead. */
  checkActor(): void {
    const { actor } = this;
    if (actor === 0 || this.party.alive(actor)) return;
    this.#locked(() => {
      if (this.actor === actor) this.#end(true, broken);
    });
  }

  abort(): void {
    this.#locked(() => this.#end(true, broken));
  }

  reset(): void {
    this.#locked(() => {
      const idle = this.#get(stateWord) === filling && this.#get(arrivedWord) === 0;
      if (idle) return;
      this.#end(true, filling);
    });
  }

  /** Whether a generation that has ended was broken. */
  wasBroken(generation: number): boolean {
    const slot = generation & (generationsKept - 1);
    return (this.#get(outcomesWord + (slot >> 5)) & (1 << (slot & 31))) !== 0;
  }

  #end(isBroken: boolean, state: number): void {
    const { generation } = this;
    const slot = generation & (generationsKept - 1);
    const bit = 1 << (slot & 31);
    if (isBroken) Atomics.or(this.#words, outcomesWord + (slot >> 5), bit);
    else Atomics.and(this.#words, outcomesWord + (slot >> 5), ~bit);
    this.#set(arrivedWord, 0);
    this.#set(stateWord, state);
    // Last: whoever sees the new generation sees its outcome.
    this.#set(generationWord, (generation + 1) | 0);
    this.party.wake(generationWord, Infinity);
  }

  #locked<T>(transition: () => T): T {
    // Held by others for moments only, so that even an event loop can wait for it.
    const recovered = this.#lock.take() ? false : this.#lock.acquireSync(undefined, true);
    try {
      if (recovered) this.#end(true, broken);
      return transition();
    } finally {
      this.#lock.release();
    }
  }

  #get(word: number): number {
    return Atomics.load(this.#words, word);
  }

  #set(word: number, value: number): void {
    Atomics.store(this.#words, word, value);
  }
}
