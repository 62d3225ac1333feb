import type { Attempt, Words } from '@manycore/memory/internal';

/*
 * The words of a barrier. README.md beside this file has the states and races.
 */
export const mutexWord = 0;
export const generationWord = 1;
export const arrivedWord = 2;
export const stateWord = 3;
export const actorWord = 4;
export const partiesWord = 5;
export const outcomesWord = 8;
const generationsKept = 512;
export const barrierWords: number = outcomesWord + generationsKept / 32;

export const filling = 0;
export const acting = 1;
export const broken = 2;

/** How often a party checks whether the threads that it depends on live, in milliseconds. */
const recheck = 100;

/** What came of an arrival. */
export type Arrival =
  | { readonly kind: 'broken' }
  /** The action of the last generation still runs: wait for `generation` to end, and arrive again. */
  | { readonly kind: 'early'; readonly generation: number }
  | { readonly kind: 'waits'; readonly generation: number; readonly index: number }
  /** The last one, which runs the action and then says `acted`. */
  | { readonly kind: 'acts'; readonly generation: number; readonly index: number };

/** The mutex of a barrier: held for moments only, so that even an event loop can block for it. */
export interface BarrierMutex {
  /** Takes the mutex; whether it was taken over from an owner that died. */
  lock(): boolean;
  unlock(): void;
  /** Whether the owner is dead. May be a system call. */
  ownerDied(): boolean;
}

/** A barrier in shared words, without the waiting. Every method is one transition, under the mutex. */
export class RawBarrier {
  readonly #words: Words;
  readonly #mutex: BarrierMutex;

  constructor(words: Words, mutex: BarrierMutex) {
    this.#words = words;
    this.#mutex = mutex;
  }

  get parties(): number {
    return this.#words.load(partiesWord);
  }

  get generation(): number {
    return this.#words.load(generationWord);
  }

  get broken(): boolean {
    return this.#words.load(stateWord) === broken;
  }

  get waiting(): number {
    return this.#words.load(stateWord) === filling ? this.#words.load(arrivedWord) : 0;
  }

  arrive(acts: boolean): Arrival {
    return this.#locked(() => {
      const { generation } = this;
      const state = this.#words.load(stateWord);
      if (state === broken) return { kind: 'broken' };
      if (state === acting) return { kind: 'early', generation };
      const index = this.#words.load(arrivedWord);
      this.#words.store(arrivedWord, index + 1);
      if (index + 1 < this.parties) return { kind: 'waits', generation, index };
      if (acts) {
        this.#words.store(actorWord, this.#words.self);
        this.#words.store(stateWord, acting);
      } else {
        this.#end(false, filling);
      }
      return { kind: 'acts', generation, index };
    });
  }

  /** The action is over: trips the barrier, or breaks it. False when that generation had ended before. */
  acted(generation: number, succeeded: boolean): boolean {
    return this.#locked(() => {
      if (this.generation !== generation) return false;
      this.#end(!succeeded, succeeded ? filling : broken);
      return true;
    });
  }

  /** A party that waits gives up: breaks the barrier. False when its generation had ended before. */
  leave(generation: number): boolean {
    return this.#locked(() => {
      if (this.generation !== generation) return false;
      this.#end(true, broken);
      return true;
    });
  }

  /** Breaks the barrier if the thread that runs its action is dead, or one that died inside. */
  checkOwners(): void {
    // Race "death inside": a takeover breaks the barrier.
    if (this.#mutex.ownerDied()) this.#locked(() => undefined);
    const actor = this.#actor;
    if (actor === 0 || this.#words.alive(actor)) return;
    this.#locked(() => {
      if (this.#actor === actor) this.#end(true, broken);
    });
  }

  abort(): void {
    this.#locked(() => this.#end(true, broken));
  }

  reset(): void {
    this.#locked(() => {
      const isIdle = this.#words.load(stateWord) === filling && this.#words.load(arrivedWord) === 0;
      if (!isIdle) this.#end(true, filling);
    });
  }

  /** Whether a generation that has ended was broken. */
  wasBroken(generation: number): boolean {
    const { word, bit } = outcomeOf(generation);
    return (this.#words.load(word) & bit) !== 0;
  }

  /** The thread that runs the action now; 0 for none. */
  get #actor(): number {
    return this.#words.load(stateWord) === acting ? this.#words.load(actorWord) : 0;
  }

  #end(isBroken: boolean, state: number): void {
    const { generation } = this;
    const { word, bit } = outcomeOf(generation);
    if (isBroken) this.#words.or(word, bit);
    else this.#words.and(word, ~bit);
    this.#words.store(arrivedWord, 0);
    this.#words.store(stateWord, state);
    // Last: a party that sees the new generation sees its outcome.
    this.#words.store(generationWord, (generation + 1) | 0);
    this.#words.notify(generationWord, Infinity);
  }

  #locked<T>(transition: () => T): T {
    const recovered = this.#mutex.lock();
    try {
      // Race "death inside": the words may be half changed.
      if (recovered) this.#end(true, broken);
      return transition();
    } finally {
      this.#mutex.unlock();
    }
  }
}

/** Ends when a generation has ended. */
export class BarrierAttempt implements Attempt {
  readonly word: number = generationWord;
  readonly expected: number;
  readonly limit: number = recheck;
  readonly owner = 0;
  readonly #barrier: RawBarrier;
  // Not `#private`: the model checker reads it.
  private suspicious = false;

  constructor(barrier: RawBarrier, generation: number) {
    this.#barrier = barrier;
    this.expected = generation;
  }

  poll(): boolean {
    if (this.suspicious) this.#barrier.checkOwners();
    this.suspicious = false;
    return this.#barrier.generation !== this.expected;
  }

  woke(timedOut: boolean): void {
    this.suspicious = timedOut;
  }

  waitedLong(): void {
    // All go at once.
  }
}

/** Where the outcome of a generation is kept. */
function outcomeOf(generation: number): { readonly word: number; readonly bit: number } {
  const slot = generation & (generationsKept - 1);
  return { word: outcomesWord + (slot >> 5), bit: 1 << (slot & 31) };
}
