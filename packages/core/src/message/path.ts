/** A step from a value to a part of it: an index, a property, or a description in angle brackets. */
export type Key = string | number;

/** A `Map`'s key, or what kind of key it is. */
export function describeKey(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key);
  if (typeof key === 'object' && key !== null) return 'object';
  return typeof key === 'number' || typeof key === 'bigint' ? key.toString() : typeof key;
}

/** `args`, [0, 'items', 3, 'onClick'] → `args[0].items[3].onClick`. */
export function formatPath(root: string, path: readonly Key[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (key.startsWith('<')) return `${text}${key}`;
    return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
      ? `${text}.${key}`
      : `${text}[${JSON.stringify(key)}]`;
  }, root);
}
