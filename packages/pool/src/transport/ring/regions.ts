/** Where a value lies. */
interface Region {
  readonly from: number;
  readonly to: number;
}

/** Regions begin at multiples of so many bytes: any typed array can lie there. */
const alignment = 8;

/**
 * Hands out regions of a memory, which come back from the oldest or from the youngest on. A region lies in one piece:
 * behind the youngest, or, when there is no room, at the beginning of the memory.
 */
export class Regions {
  readonly #byteLength: number;
  readonly #used: Region[] = [];

  constructor(byteLength: number) {
    this.#byteLength = byteLength;
  }

  /** The first byte of a new region; undefined when there is no room for it. */
  allocate(byteLength: number): number | undefined {
    const length = Math.ceil(byteLength / alignment) * alignment;
    const oldest = this.#used[0];
    const youngest = this.#used.at(-1);
    const from = youngest?.to ?? 0;
    if (!oldest || from > oldest.from) {
      if (from + length <= this.#byteLength) return this.#use(from, length);
      return oldest && length <= oldest.from ? this.#use(0, length) : undefined;
    }
    return from + length <= oldest.from ? this.#use(from, length) : undefined;
  }

  freeOldest(): void {
    this.#used.shift();
  }

  freeYoungest(): void {
    this.#used.pop();
  }

  #use(from: number, length: number): number {
    this.#used.push({ from, to: from + length });
    return from;
  }
}
