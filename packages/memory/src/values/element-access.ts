/** What can be read and written by index. */
interface Indexed {
  get(index: number): unknown;
  set(index: number, value: unknown): void;
}

/**
 * Makes `array[i]` read and write the elements of a class that has `get` and `set`. Only names that the
 * object and its class do not have come here, so nothing else gets slower.
 */
export function accessByIndex(prototype: Indexed): void {
  const beyond = new Proxy(Object.create(Object.getPrototypeOf(prototype) as object) as object, {
    get(target, key, receiver: Indexed): unknown {
      const index = indexOf(key);
      return index === undefined ? Reflect.get(target, key, receiver) : receiver.get(index);
    },
    set(target, key, value, receiver: Indexed): boolean {
      const index = indexOf(key);
      if (index === undefined) return Reflect.set(target, key, value, receiver);
      receiver.set(index, value);
      return true;
    },
  });
  Object.setPrototypeOf(prototype, beyond);
}

/** The number that a key stands for; a key of another kind stands for none. */
function indexOf(key: string | symbol): number | undefined {
  if (typeof key === 'symbol') return undefined;
  const index = Number(key);
  return String(index) === key ? index : undefined;
}
