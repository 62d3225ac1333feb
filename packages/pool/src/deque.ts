/**
 * A queue in a circular buffer (as Java's ArrayDeque): `shift` moves nothing, where an array's moves every item, each
 * with a write barrier. Most items leave at the front; one may leave from anywhere.
 */
export class Deque<T extends object> {
  /** Its length is a power of two. */
  #items: (T | undefined)[] = [undefined, undefined, undefined, undefined];
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  push(item: T): void {
    if (this.#size === this.#items.length) this.#grow();
    this.#items[this.#index(this.#size)] = item;
    this.#size += 1;
  }

  /** Removes the first one. */
  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#items[this.#head] = undefined;
    this.#head = this.#index(1);
    this.#size -= 1;
    return item;
  }

  /** Takes an item out, wherever it is; whether it was there. */
  remove(item: T): boolean {
    if (this.first === item) {
      this.shift();
      return true;
    }
    let place = 1;
    while (place < this.#size && this.#items[this.#index(place)] !== item) place += 1;
    if (place >= this.#size) return false;
    for (; place < this.#size - 1; place += 1) {
      this.#items[this.#index(place)] = this.#items[this.#index(place + 1)];
    }
    this.#pop();
    return true;
  }

  /** Removes the items from a place on, and returns them. */
  cut(from: number): T[] {
    const removed: T[] = [];
    for (let place = from; place < this.#size; place += 1) {
      const item = this.#items[this.#index(place)];
      if (item) removed.push(item);
    }
    while (this.#size > from) this.#pop();
    return removed;
  }

  find(test: (item: T, place: number) => boolean): T | undefined {
    for (let place = 0; place < this.#size; place += 1) {
      const item = this.#items[this.#index(place)];
      if (item && test(item, place)) return item;
    }
    return undefined;
  }

  /** May be changed meanwhile only behind the item that the loop is at. */
  *[Symbol.iterator](): Iterator<T> {
    for (let place = 0; place < this.#size; place += 1) {
      const item = this.#items[this.#index(place)];
      if (item) yield item;
    }
  }

  #pop(): void {
    this.#size -= 1;
    this.#items[this.#index(this.#size)] = undefined;
  }

  #index(place: number): number {
    return (this.#head + place) & (this.#items.length - 1);
  }

  #grow(): void {
    const { length } = this.#items;
    const items = [...this, ...new Array<undefined>(length)];
    // What `...` makes has its exact length: the items, and as many places again.
    this.#items = items;
    this.#head = 0;
  }
}
