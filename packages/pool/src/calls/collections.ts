/** The prototypes of the language's collections; an object that has its iterator from one of these is finite. */
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Iterable<unknown>;
const collections: readonly Iterable<unknown>[] = [
  Array.prototype,
  typedArray,
  Set.prototype,
  Map.prototype,
  String.prototype,
];
const iterators: ReadonlySet<unknown> = new Set(
  [[].values(), new Set().values(), new Map().values(), ''[Symbol.iterator]()].map(
    (iterator: unknown) => Object.getPrototypeOf(iterator) as unknown,
  ),
);

/**
 * Whether the items lie in memory, all of them: they are a collection of the language, or what its
 * `values()`, `keys()` and `entries()` return. Anything else, also a collection with an iterator of its
 * own, may be endless.
 */
export function isInMemory(items: Iterable<unknown>): boolean {
  if (iterators.has(Object.getPrototypeOf(items))) return !Object.hasOwn(items, 'next');
  const iterate = items[Symbol.iterator];
  return collections.some((prototype) => prototype[Symbol.iterator] === iterate);
}

/** How many items a collection has; undefined where that is not known before it is read. */
export function sizeOf(items: Iterable<unknown>): number | undefined {
  if (!isInMemory(items)) return undefined;
  if (items instanceof Set || items instanceof Map) return items.size;
  return Array.isArray(items) || ArrayBuffer.isView(items)
    ? (items as unknown as ArrayLike<unknown>).length
    : undefined;
}
