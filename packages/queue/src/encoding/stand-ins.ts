/**
 * Copies a value with views in the places of the shared buffers that it holds, which the engine's format
 * cannot carry themselves. Only containers are copied; references in several places stay so. The views
 * are added to `standIns`.
 */
export function withStandIns(value: unknown, standIns: Set<object>): unknown {
  const copies = new Map<object, object>();

  const copy = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    const known = copies.get(item);
    if (known) return known;
    if (item instanceof SharedArrayBuffer) {
      const view = new DataView(item);
      copies.set(item, view);
      standIns.add(view);
      return view;
    }
    if (Array.isArray(item)) return copyInto(item, new Array<unknown>(item.length));
    if (item instanceof Map) {
      const map = new Map<unknown, unknown>();
      copies.set(item, map);
      for (const [key, entry] of item) map.set(copy(key), copy(entry));
      return map;
    }
    if (item instanceof Set) {
      const set = new Set<unknown>();
      copies.set(item, set);
      for (const entry of item) set.add(copy(entry));
      return set;
    }
    if (Object.prototype.toString.call(item) !== '[object Object]') return item;
    return copyInto(item, {});
  };

  const copyInto = (from: object, to: object): object => {
    copies.set(from, to);
    for (const [key, item] of Object.entries(from)) {
      const own = { value: copy(item), configurable: true, enumerable: true, writable: true };
      Object.defineProperty(to, key, own);
    }
    return to;
  };

  return copy(value);
}
