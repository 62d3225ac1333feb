/** A step from a value to a part of it: an index, a property, or a description in angle brackets. */
export type Key = string | number | MapStep;

/** The step from a map to one of its keys, or to its value. Formatted only when needed. */
export class MapStep {
  readonly #key: unknown;
  readonly #toKey: boolean;

  constructor(key: unknown, toKey: boolean) {
    this.#key = key;
    this.#toKey = toKey;
  }

  toString(): string {
    const key = describeKey(this.#key);
    return this.#toKey ? `<key ${key}>` : `<${key}>`;
  }
}

/** The end of a longer key is left out of a message, and the middle of a longer path. */
const longestKey = 60;
const mostSteps = 24;

/** A `Map`'s key, or what kind of key it is. */
function describeKey(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(shortened(key));
  if (typeof key === 'object' && key !== null) return 'object';
  return typeof key === 'number' || typeof key === 'bigint' ? key.toString() : typeof key;
}

/** `args`, [0, 'items', 3, 'onClick'] → `args[0].items[3].onClick`. */
export function formatPath(root: string, path: readonly Key[]): string {
  if (path.length <= mostSteps) return root + path.map(formatStep).join('');
  const half = mostSteps / 2;
  const left = path.slice(0, half).map(formatStep).join('');
  const right = path.slice(-half).map(formatStep).join('');
  return `${root}${left} … ${path.length - mostSteps} levels … ${right}`;
}

function formatStep(key: Key): string {
  if (typeof key === 'number') return `[${key}]`;
  if (typeof key !== 'string') return key.toString();
  if (key.startsWith('<')) return key;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) && key.length <= longestKey
    ? `.${key}`
    : `[${JSON.stringify(shortened(key))}]`;
}

function shortened(key: string): string {
  return key.length <= longestKey ? key : `${key.slice(0, longestKey)}…`;
}
