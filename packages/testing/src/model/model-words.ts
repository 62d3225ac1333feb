/** What the parties share: words, which they change atomically, and cells, which they read and write plainly. */
export interface Shared {
  readonly words: number[];
  readonly cells: number[];
}

/** One thing that a party does to what is shared, or asks of it. */
export type Action =
  | { readonly name: 'load'; readonly word: number }
  | { readonly name: 'store' | 'exchange' | 'or'; readonly word: number; readonly value: number }
  | {
      readonly name: 'swap';
      readonly word: number;
      readonly expected: number;
      readonly value: number;
    }
  | { readonly name: 'wake'; readonly word: number; readonly count: number }
  | { readonly name: 'sleep'; readonly word: number; readonly expected: number }
  /** Not an action: a point at which `local` says all that the party will depend on from here. */
  | { readonly name: 'checkpoint'; readonly local: string }
  | { readonly name: 'alive'; readonly owner: number }
  | { readonly name: 'read'; readonly cell: number; readonly count: number }
  | { readonly name: 'write'; readonly cell: number; readonly values: readonly number[] };

export type Result = number | readonly number[] | 'timed-out';

/** How a sleep may end, by the number that stands for it; `timed-out` stands for itself. */
export const sleepResults = ['ok', 'not-equal'] as const;

/** Gives every call to `act`, which decides what comes of it. */
export class ModelWords {
  readonly self: number;
  protected readonly act: (action: Action) => Result;

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

  exchange(word: number, value: number): number {
    return this.#number({ name: 'exchange', word, value });
  }

  compareExchange(word: number, expected: number, value: number): number {
    return this.#number({ name: 'swap', word, expected, value });
  }

  or(word: number, value: number): number {
    return this.#number({ name: 'or', word, value });
  }

  wake(word: number, count: number): void {
    this.act({ name: 'wake', word, count });
  }

  sleep(word: number, expected: number): 'ok' | 'not-equal' | 'timed-out' {
    const result = this.act({ name: 'sleep', word, expected });
    return result === 'timed-out' ? result : (sleepResults[result as number] ?? 'ok');
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
