import type { ItemResults, TaskResult } from '../scheduler/records.js';

/** The results of one chunk, until the consumer takes them. */
export interface ChunkResults {
  values: readonly unknown[];
  /** The errors of single items, by their index in the chunk, where there are any. */
  errors: ReadonlyMap<number, unknown> | undefined;
  /** An error that ends the iteration here. */
  failure: { readonly error: unknown } | undefined;
  settled: boolean;
  /** How many values were taken. */
  taken: number;
  next: ChunkResults | undefined;
}

/** How an iteration ends. */
export type Final = { readonly kind: 'failure'; readonly error: unknown } | { readonly kind: 'end' };

/** What the consumer gets next. After the error of an item (`error`) come the results of the items after it. */
export type Taken =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown }
  | Final;

/** Gives out the results of chunks: in the order in which the chunks were opened, or as they settle. */
export class ResultBuffer {
  readonly #ordered: boolean;
  /** Chunks in the order in which they are given out. Unordered, an unsettled one is in no place yet. */
  #first: ChunkResults | undefined;
  #last: ChunkResults | undefined;
  #unsettled = 0;
  #end: Final | undefined;
  /** Chunks that were opened and not taken to their end. */
  #open = 0;
  /** The results cannot be taken any more. */
  #discards = false;

  constructor(ordered: boolean) {
    this.#ordered = ordered;
  }

  get open(): number {
    return this.#open;
  }

  /** Chunks whose results have not arrived. */
  get unsettled(): number {
    return this.#unsettled;
  }

  /** A chunk was read and will be submitted. */
  openChunk(): ChunkResults {
    const chunk: ChunkResults = {
      values: [],
      errors: undefined,
      failure: undefined,
      settled: false,
      taken: 0,
      next: undefined,
    };
    this.#open += 1;
    this.#unsettled += 1;
    if (this.#ordered && !this.#discards) this.#append(chunk);
    return chunk;
  }

  /** The results of all items of a chunk. */
  settle(chunk: ChunkResults, { values, errors }: ItemResults): void {
    chunk.values = values;
    if (errors.length > 0) chunk.errors = new Map(errors);
    this.#settled(chunk);
  }

  /** An error that ends the iteration, where this chunk stands in it. */
  fail(chunk: ChunkResults, error: unknown): void {
    chunk.failure = { error };
    this.#settled(chunk);
  }

  /** No more chunks come; after them comes the end, or an error of the input. */
  finish(end: Final): void {
    this.#end ??= end;
  }

  /** Drops the results that are there and those to come. */
  discard(): void {
    this.#discards = true;
    this.#first = undefined;
    this.#last = undefined;
  }

  /** The next result, if it has arrived. */
  take(): Taken | undefined {
    for (let chunk = this.#first; chunk; chunk = this.#first) {
      if (!chunk.settled) return undefined;
      if (chunk.taken < chunk.values.length) {
        const index = chunk.taken;
        chunk.taken += 1;
        return chunk.errors?.has(index)
          ? { kind: 'error', error: chunk.errors.get(index) }
          : { kind: 'value', value: chunk.values[index] };
      }
      if (chunk.failure) return { kind: 'failure', error: chunk.failure.error };
      this.#first = chunk.next;
      if (!this.#first) this.#last = undefined;
      this.#open -= 1;
    }
    return this.#unsettled === 0 ? this.#end : undefined;
  }

  #settled(chunk: ChunkResults): void {
    chunk.settled = true;
    this.#unsettled -= 1;
    if (!this.#ordered && !this.#discards) this.#append(chunk);
  }

  #append(chunk: ChunkResults): void {
    if (this.#last) this.#last.next = chunk;
    else this.#first = chunk;
    this.#last = chunk;
  }
}

/**
 * The results of the items of a chunk. An error that is no single item's, such as a worker's death, is that of
 * each item.
 */
export function itemResultsOf(result: TaskResult, error: unknown, items: number): ItemResults {
  if (result.status === 'ok') return { values: result.value as readonly unknown[], errors: [] };
  if ('partial' in result && result.partial) return result.partial;
  const values = new Array<unknown>(items).fill(undefined);
  return { values, errors: values.map((_, index) => [index, error] as const) };
}
