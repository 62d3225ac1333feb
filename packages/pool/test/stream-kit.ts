import type { ResultIterator } from '@manycore/pool';

/** Endless inputs that count how much of them was read, and whether they were closed. */
export class Endless {
  read = 0;
  closed = false;

  *sync(): Generator<number> {
    try {
      for (;;) yield (this.read += 1);
    } finally {
      this.closed = true;
    }
  }

  async *async(): AsyncGenerator<number> {
    try {
      for (;;) {
        await Promise.resolve();
        yield (this.read += 1);
      }
    } finally {
      this.closed = true;
    }
  }

  /** Gives two items and then nothing, not even its end. */
  stuck(): AsyncIterable<number> {
    const next = (): Promise<IteratorResult<number>> =>
      this.read < 2
        ? Promise.resolve({ done: false, value: (this.read += 1) })
        : new Promise(() => undefined);
    const end = (): Promise<IteratorResult<number>> => {
      this.closed = true;
      return Promise.resolve({ done: true, value: undefined });
    };
    return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
  }
}

/** What comes out of a stream until it ends: results, and errors as `!name`. */
export async function drain(results: ResultIterator<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (;;) {
    try {
      const { done, value } = await results.next();
      if (done) return seen;
      seen.push(value);
    } catch (error) {
      seen.push(`!${(error as Error).name}`);
    }
  }
}
