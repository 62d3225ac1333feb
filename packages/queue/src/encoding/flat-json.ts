/** Longer texts are left to the engine, which is the faster for them. */
const longest = 100;
/** So many different keys are remembered. */
const mostKeys = 1000;

/** What JSON has to escape, and what is not ASCII. */
const special = /[^ !#-[\]-~]/;

/** By key, as it stands in JSON. */
const written = new Map<string, string>();

const { getPrototypeOf, keys, prototype: objectPrototype } = Object;

/**
 * The JSON of a small plain object that holds nothing but short ASCII texts, numbers, booleans and null, if that
 * is exact; undefined for all others. It is ASCII itself. What most messages are takes half the time this way: it is looked at once,
 * not once for exactness and once for its text.
 */
export function flatJson(value: object): string | undefined {
  if (getPrototypeOf(value) !== objectPrototype || 'toJSON' in value) return undefined;
  const record = value as Record<string, unknown>;
  let text = '{';
  for (const key of keys(record)) {
    const name = written.get(key) ?? remember(key);
    if (name === undefined) return undefined;
    const part = partOf(record[key]);
    if (part === undefined) return undefined;
    text = text === '{' ? text + name + part : `${text},${name}${part}`;
  }
  return `${text}}`;
}

function partOf(item: unknown): string | undefined {
  switch (typeof item) {
    case 'string':
      return item.length > longest || special.test(item) ? undefined : `"${item}"`;
    case 'number':
      // Neither NaN nor infinite, nor −0.
      return item - item === 0 && (item !== 0 || 1 / item > 0) ? `${item}` : undefined;
    case 'boolean':
      return item ? 'true' : 'false';
    default:
      return item === null ? 'null' : undefined;
  }
}

function remember(key: string): string | undefined {
  if (written.size >= mostKeys || key.length > longest || special.test(key)) return undefined;
  const name = `"${key}":`;
  written.set(key, name);
  return name;
}
