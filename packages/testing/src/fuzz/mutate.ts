import type { Random } from './random.js';

/** Keys by which a decoder that writes what it reads would reach a prototype. */
const evilKeys = ['__proto__', 'constructor', 'prototype', 'toString', 'then', 'length', 'polluted'];

/** Values that a decoder may not expect. */
function oddValue(random: Random): unknown {
  return random.of<() => unknown>([
    () => undefined,
    () => null,
    () => 0,
    () => -1,
    () => NaN,
    () => 2 ** 32,
    () => 1n,
    () => true,
    () => '',
    () => random.of(evilKeys),
    () => 'x'.repeat(1000),
    () => [],
    () => new Array<unknown>(1000),
    () => ({}),
    () => JSON.parse('{"__proto__":{"polluted":1}}') as unknown,
    () => ({ then: 1, toString: 1, constructor: { prototype: { polluted: 1 } } }),
    () => new Map<unknown, unknown>([['__proto__', { polluted: 1 }]]),
    () => new Set([undefined]),
    () => new Date(NaN),
    () => new Uint8Array(random.below(16)),
    () => new Error('odd'),
  ])();
}

/** A copy of a value in which a few places are changed, removed, added or exchanged. Loops and shared parts stay. */
export function mutated(value: unknown, random: Random): unknown {
  const root = [structuredClone(value)];
  for (let times = random.of([1, 1, 1, 2, 4]); times > 0; times -= 1) {
    const places = placesIn(root);
    if (places.length === 0) break;
    const { holder, key } = random.of(places);
    const container = holder as Record<string, unknown>;
    switch (random.below(6)) {
      case 0:
        Reflect.deleteProperty(container, key);
        break;
      case 1: {
        const other = random.of(places);
        set(container, key, (other.holder as Record<string, unknown>)[other.key]);
        break;
      }
      case 2:
        set(container, random.of(evilKeys), oddValue(random));
        break;
      case 3:
        set(container, random.of(evilKeys), container[key]);
        break;
      default:
        set(container, key, oddValue(random));
    }
  }
  return root[0];
}

/** A copy of bytes in which some are others, cut off or added. */
export function mutatedBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  switch (random.below(4)) {
    case 0:
      return copy.slice(0, random.below(copy.length + 1));
    case 1:
      return Uint8Array.from([...copy, ...randomBytes(random.below(32), random)]);
    case 2:
      for (let times = 1 + random.below(8); times > 0; times -= 1) {
        copy[random.below(copy.length)] = random.below(256);
      }
      return copy;
    default:
      copy[random.below(copy.length)] = random.of([0, 1, 127, 128, 255]);
      return copy;
  }
}

export function randomBytes(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

/** As own properties, whatever they are called. */
function set(container: object, key: string, value: unknown): void {
  try {
    Object.defineProperty(container, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  } catch {
    // The length of an array takes no other value.
  }
}

interface Place {
  readonly holder: object;
  readonly key: string;
}

function placesIn(root: object): Place[] {
  const places: Place[] = [];
  const holders = new Set<object>([root]);
  for (const holder of holders) {
    if (ArrayBuffer.isView(holder)) continue;
    for (const key of Object.keys(holder).slice(0, 50)) {
      places.push({ holder, key });
      const item = (holder as Record<string, unknown>)[key];
      if (typeof item === 'object' && item !== null) holders.add(item);
    }
  }
  return places;
}
