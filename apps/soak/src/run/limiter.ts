import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How many segments of shared memory between processes (blocks above 64 KB) all scenarios make in a
 * minute. A process can have 1,024, and keeps one that it sent for a minute: beyond that the library throws
 * a RangeError. The rest is for what is held longer, and for what children make.
 */
export const segmentsPerMinute = 600;

/** Lets so many through in any minute; the others wait, in order. */
export class Limiter {
  readonly #perMinute: number;
  /** When those of the last minute went through. */
  #recent: number[] = [];
  #last: Promise<void> = Promise.resolve();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  take(n: number): Promise<void> {
    this.#last = this.#last.then(async () => {
      for (let i = 0; i < n; i += 1) await this.#takeOne();
    });
    return this.#last;
  }

  async #takeOne(): Promise<void> {
    for (;;) {
      const now = performance.now();
      this.#recent = this.#recent.filter((time) => now - time < 60_000);
      const [oldest] = this.#recent;
      if (oldest === undefined || this.#recent.length < this.#perMinute) break;
      await sleep(oldest + 60_000 - now);
    }
    this.#recent.push(performance.now());
  }
}
