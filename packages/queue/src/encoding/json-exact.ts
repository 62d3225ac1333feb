/** Values nested more deeply are left to the structured format, which names what is wrong with them. */
const deepest = 100;

/** Up to this many objects are compared one by one; a set costs more. */
const few = 64;

const { prototype: objectPrototype } = Object;
const { prototype: arrayPrototype } = Array;
const { getPrototypeOf, keys } = Object;

/** The objects of the value that is being looked at, to find those that it holds twice. */
const seen: (object | undefined)[] = [];
let seenCount = 0;
let seenMore: Set<object> | undefined;

/**
 * Whether JSON carries a value exactly: plain objects and dense arrays of strings, booleans, null and
 * numbers other than NaN, the infinities and −0; no object in two places; nothing undefined; no `toJSON`.
 */
export function isJsonExact(value: unknown): boolean {
  // A `toJSON` on the prototypes would change everything.
  if ('toJSON' in arrayPrototype) return false;
  const exact = isExact(value, deepest);
  for (let i = 0; i < seenCount; i += 1) seen[i] = undefined;
  seenCount = 0;
  seenMore = undefined;
  return exact;
}

function isExact(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return value - value === 0 && (value !== 0 || 1 / value > 0);
    case 'object':
      return value === null || (depth > 0 && isExactObject(value, depth - 1));
    default:
      return false;
  }
}

function isExactObject(value: object, depth: number): boolean {
  const prototype: unknown = getPrototypeOf(value);
  if (prototype === objectPrototype || prototype === null) {
    if (!isNew(value)) return false;
    // One that is not enumerable, which the loop would not meet.
    if ('toJSON' in value) return false;
    const record = value as Record<string, unknown>;
    // Own and inherited: no inherited one can make a value exact that is not.
    for (const key in record) if (!isExact(record[key], depth)) return false;
    return true;
  }
  if (prototype !== arrayPrototype || !Array.isArray(value) || !isNew(value)) return false;
  // Fewer keys: holes. More: properties besides the items.
  if (keys(value).length !== value.length) return false;
  for (const item of value) if (!isExact(item, depth)) return false;
  return true;
}

/** What JSON writes by a backslash. */
const escaped = /["\\\u0000-\u001f\ud800-\udfff]/; // eslint-disable-line no-control-regex -- those are meant

/**
 * Whether an exact value has a key that JSON writes by a backslash. V8 of Node.js 24 reads some of them wrongly
 * (the key `"` as `\`), when it has met other objects before.
 */
export function hasEscapedKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasEscapedKey);
  return Object.entries(value).some(([key, item]) => escaped.test(key) || hasEscapedKey(item));
}

/** Whether the object is met for the first time; remembers it. */
function isNew(object: object): boolean {
  for (let i = 0; i < seenCount; i += 1) if (seen[i] === object) return false;
  if (seenCount < few) {
    seen[seenCount] = object;
    seenCount += 1;
    return true;
  }
  seenMore ??= new Set();
  if (seenMore.has(object)) return false;
  seenMore.add(object);
  return true;
}
