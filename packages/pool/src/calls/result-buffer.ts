/** The results of one chunk, on their way to the consumer. */
export interface ChunkResults {
  values: readonly unknown[];
  /** What comes after the values, if they are not all. */
  failure: { readonly error: unknown } | undefined;
  settled: boolean;
  /** How many values were taken. */
  taken: number;
  next: ChunkResults | undefined;
}

/** What the consumer gets next. */
export type Taken =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'end' };

/** Hands out the results of chunks: in the order in which the chunks were opened, or as they settle. */
export class ResultBuffer {
  readonly #ordered: boolean;
  /** Chunks in the order in which they are handed out. Unordered, an unsettled one is in no place yet. */
  #first: ChunkResults | undefined;
  #last: ChunkResults | undefined;
  #unsettled = 0;
  #end: Taken | undefined;
  /** Chunks that were opened and not taken to their end. */
  #open = 0;

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

  /** A chunk is on its way. */
  openChunk(): ChunkResults {
    const chunk: ChunkResults = {
      values: [],
      failure: undefined,
      settled: false,
      taken: 0,
      next: undefined,
    };
    this.#open += 1;
    this.#unsettled += 1;
    if (this.#ordered) this.#append(chunk);
    return chunk;
  }

  settle(
    chunk: ChunkResults,
    values: readonly unknown[],
    failure: { readonly error: unknown } | undefined,
  ): void {
    chunk.values = values;
    chunk.failure = failure;
    chunk.settled = true;
    this.#unsettled -= 1;
    if (!this.#ordered) this.#append(chunk);
  }

  /** No more chunks come; after them comes the end, or an error of the input. */
  finish(end: Exclude<Taken, { kind: 'value' }>): void {
    this.#end ??= end;
  }

  /** The next result, if it is there. */
  take(): Taken | undefined {
    for (let chunk = this.#first; chunk; chunk = this.#first) {
      if (!chunk.settled) return undefined;
      if (chunk.taken < chunk.values.length) {
        const value = chunk.values[chunk.taken];
        chunk.taken += 1;
        return { kind: 'value', value };
      }
      if (chunk.failure) return { kind: 'error', error: chunk.failure.error };
      this.#first = chunk.next;
      if (!this.#first) this.#last = undefined;
      this.#open -= 1;
    }
    return this.#unsettled === 0 ? this.#end : undefined;
  }

  #append(chunk: ChunkResults): void {
    if (this.#last) this.#last.next = chunk;
    else this.#first = chunk;
    this.#last = chunk;
  }
}
