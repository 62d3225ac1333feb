/** What the parties share: words, which they change atomically, and cells, which they read and write plainly. */
export interface Shared {
  readonly words: number[];
  readonly cells: number[];
}

/** One thing that a party does to what is shared, or asks of it. */
export type Action =
  | { readonly name: 'load'; readonly word: number }
  | {
      readonly name: 'store' | 'exchange' | 'add' | 'or' | 'and';
      readonly word: number;
      readonly value: number;
    }
  | {
      readonly name: 'swap';
      readonly word: number;
      readonly expected: number;
      readonly value: number;
    }
  | { readonly name: 'wake'; readonly word: number; readonly count: number }
  | {
      readonly name: 'sleep';
      readonly word: number;
      readonly expected: number;
      /** Whether the sleep has a time limit; a brief one, of a millisecond at most, needs no death to pass. */
      readonly limit: 'none' | 'long' | 'brief';
    }
  /** Not an action: a point at which `local` says all that the party will depend on from here. */
  | { readonly name: 'checkpoint'; readonly local: string }
  | { readonly name: 'alive'; readonly owner: number }
  | { readonly name: 'read'; readonly cell: number; readonly count: number }
  | { readonly name: 'write'; readonly cell: number; readonly values: readonly number[] };

/** How a sleep may end. `late`: the party was woken, and aborted before it could act on that. */
export type Waking = 'ok' | 'not-equal' | 'timed-out' | 'aborted' | 'late';

export type Result = number | readonly number[] | Waking;

/** A sleep was aborted: thrown through the wait loop, as a signal's reason is. */
export class Aborted extends Error {}

/** The world as one party of a model sees it. Gives every call to `act`, which decides what comes of it. */
export class ModelWords {
  readonly self: number;
  protected readonly act: (action: Action) => Result;
  #timeouts = 0;
  #reads = 0;
  /** Milliseconds that pass between two looks at the clock. */
  elapsing = 0;
  /**
   * What the current operation depends on, apart from what it does to the words: lets the explorer see that
   * two ways have led to one state. Set it where operations wait again and again.
   */
  local: (() => string) | undefined;

  constructor(self: number, act: (action: Action) => Result) {
    this.self = self;
    this.act = act;
  }

  alive(owner: number): boolean {
    return this.#number({ name: 'alive', owner }) === 1;
  }

  load(word: number): number {
    return this.#number({ name: 'load', word });
  }

  store(word: number, value: number): void {
    this.act({ name: 'store', word, value });
  }

  add(word: number, value: number): number {
    return this.#number({ name: 'add', word, value });
  }

  exchange(word: number, value: number): number {
    return this.#number({ name: 'exchange', word, value });
  }

  compareExchange(word: number, expected: number, value: number): number {
    return this.#number({ name: 'swap', word, expected, value });
  }

  or(word: number, value: number): number {
    return this.#number({ name: 'or', word, value });
  }

  and(word: number, value: number): number {
    return this.#number({ name: 'and', word, value });
  }

  notify(word: number, count: number): number {
    return this.#number({ name: 'wake', word, count });
  }

  /** A sleep of unlimited or limited time; an abort is thrown, after the wake-up was passed on as a parker does. */
  wait(word: number, expected: number, timeout?: number): 'ok' | 'not-equal' | 'timed-out' {
    if (this.local) this.checkpoint(`${this.#timeouts} ${word} ${expected} ${this.local()}`);
    const limit = timeout === undefined || timeout === Infinity ? 'none' : timeout > 1 ? 'long' : 'brief';
    const waking = this.act({ name: 'sleep', word, expected, limit }) as Waking;
    if (waking === 'aborted' || waking === 'late') {
      // One that was woken passes that on; one that was not cannot be withdrawn, so all sleepers look again.
      this.notify(word, waking === 'late' ? 1 : Infinity);
      throw new Aborted();
    }
    if (waking === 'timed-out') this.#timeouts += 1;
    return waking;
  }

  /** A sleep that ends by timing out takes longer than any timeout. */
  now(): number {
    this.#reads += 1;
    return this.#timeouts * 1e9 + this.#reads * this.elapsing;
  }

  checkpoint(local: string): void {
    this.act({ name: 'checkpoint', local });
  }

  protected read(cell: number, count: number): readonly number[] {
    return this.act({ name: 'read', cell, count }) as readonly number[];
  }

  #number(action: Action): number {
    return this.act(action) as number;
  }
}

/** The fields of an attempt as text, for `ModelWords.local`; leaves out the words and what has no value of its own. */
export function fieldsOf(attempt: object): string {
  return JSON.stringify(attempt, (_key, value: unknown) => {
    if (value instanceof ModelWords) return undefined;
    return value === Infinity ? 'Infinity' : value;
  });
}
