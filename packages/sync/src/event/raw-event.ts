import { type Attempt, EventCount, type Words } from '@manycore/memory/internal';

/*
 * The words of an event. README.md beside this file has the transitions.
 */

/** Odd while the event is set; grows by one with each change, and wraps around. */
export const valueWord = 0;
/** 1 once a thread has slept on the value, or was about to. */
const sleepersWord = 1;
export const eventWords = 2;

/** A flag in shared words, without the waiting. */
export class RawEvent {
  readonly #words: Words;
  readonly #sleepers: EventCount;

  constructor(words: Words) {
    this.#words = words;
    this.#sleepers = new EventCount(words, sleepersWord, valueWord);
  }

  get isSet(): boolean {
    return isSet(this.#words.load(valueWord));
  }

  set(): void {
    if (this.#change(false)) this.#sleepers.notify(Infinity);
  }

  clear(): void {
    this.#change(true);
  }

  /** Changes the value from what it must be now; false when it is the other already. */
  #change(from: boolean): boolean {
    for (let seen = this.#words.load(valueWord); isSet(seen) === from; ) {
      const found = this.#words.compareExchange(valueWord, seen, (seen + 1) | 0);
      if (found === seen) return true;
      seen = found;
    }
    return false;
  }
}

/** Ends when the event is set, or has been set since the first look. */
export class EventAttempt implements Attempt {
  readonly word: number = valueWord;
  readonly limit: number = Infinity;
  readonly owner = 0;
  expected = 0;
  // Not `#private`: the model checker reads the fields.
  private readonly words: Words;
  private readonly sleepers: EventCount;
  private first: number | undefined;

  constructor(words: Words) {
    this.words = words;
    this.sleepers = new EventCount(words, sleepersWord, valueWord);
  }

  poll(): boolean {
    if (this.#opens(this.words.load(valueWord))) return true;
    this.expected = this.sleepers.prepareWait();
    return this.#opens(this.expected);
  }

  woke(): void {
    // Looking again is what `poll` begins with.
  }

  waitedLong(): void {
    // All go at once.
  }

  /** Race "short pulse": a value that has changed since was odd at some time. */
  #opens(value: number): boolean {
    this.first ??= value;
    return isSet(value) || value !== this.first;
  }
}

/** Whether an event with this value is set. */
function isSet(value: number): boolean {
  return (value & 1) === 1;
}
