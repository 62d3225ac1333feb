/**
 * The results of a chunk's items, in their order: raw numbers for as long as all are numbers, since these are gathered
 * five times as fast and cross as they are; else a list.
 */
export class ResultList {
  #numbers: Float64Array | undefined;
  #list: unknown[] = [];
  #length = 0;

  /** `items`: how many results there can be. */
  constructor(items: number) {
    this.#numbers = new Float64Array(items);
  }

  get length(): number {
    return this.#length;
  }

  push(result: unknown): void {
    const numbers = this.#numbers;
    if (numbers && typeof result === 'number') {
      numbers[this.#length] = result;
    } else {
      if (numbers) this.#becomeList(numbers);
      this.#list.push(result);
    }
    this.#length += 1;
  }

  /** A list, or a `Float64Array` that is used like one. */
  get values(): readonly unknown[] {
    const numbers = this.#numbers?.subarray(0, this.#length);
    return (numbers as readonly unknown[] | undefined) ?? this.#list;
  }

  #becomeList(numbers: Float64Array): void {
    this.#list = Array.from(numbers.subarray(0, this.#length));
    this.#numbers = undefined;
  }
}
