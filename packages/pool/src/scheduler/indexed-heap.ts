/** What a heap holds. */
export interface HeapItem {
  /** Its place in the heap; −1 outside it. Only the heap writes it. */
  heapIndex: number;
}

/** How many children a node has: with four, a path is half as long as with two, and they lie beside each other. */
const arity = 4;

/**
 * A heap in which each item knows its index, so that one is removed at once from anywhere, in O(log n). The item
 * with the smallest key is first. Keys lie in an array of their own: to compare them touches no item.
 */
export class IndexedHeap<T extends HeapItem> {
  readonly #items: T[] = [];
  readonly #keys: number[] = [];

  get first(): T | undefined {
    return this.#items[0];
  }

  get size(): number {
    return this.#items.length;
  }

  add(item: T, key: number): void {
    this.#rise(item, key, this.#items.length);
  }

  remove(item: T): void {
    const index = item.heapIndex;
    if (index < 0) return;
    item.heapIndex = -1;
    const last = this.#items.pop();
    const key = this.#keys.pop();
    if (!last || key === undefined || last === item) return;
    // The last one fills the hole, then finds its level: it may belong above or below.
    this.#rise(last, key, index);
    this.#sink(last, key, last.heapIndex);
  }

  #rise(item: T, key: number, from: number): void {
    let index = from;
    while (index > 0) {
      const parent = Math.floor((index - 1) / arity);
      const parentItem = this.#items[parent];
      const parentKey = this.#keys[parent];
      if (!parentItem || parentKey === undefined || parentKey <= key) break;
      this.#put(parentItem, parentKey, index);
      index = parent;
    }
    this.#put(item, key, index);
  }

  #sink(item: T, key: number, from: number): void {
    let index = from;
    for (;;) {
      let child = -1;
      let childKey = key;
      const end = Math.min(arity * index + arity, this.#items.length - 1);
      for (let each = arity * index + 1; each <= end; each += 1) {
        const eachKey = this.#keys[each] ?? Infinity;
        if (eachKey >= childKey) continue;
        child = each;
        childKey = eachKey;
      }
      const childItem = this.#items[child];
      if (!childItem) break;
      this.#put(childItem, childKey, index);
      index = child;
    }
    this.#put(item, key, index);
  }

  #put(item: T, key: number, index: number): void {
    this.#items[index] = item;
    this.#keys[index] = key;
    item.heapIndex = index;
  }
}
