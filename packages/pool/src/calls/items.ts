import type { AnyIterable } from '../types.js';

export function isIterable(items: unknown): items is Iterable<unknown> {
  return hasMethod(items, Symbol.iterator);
}

/** @throws TypeError for what cannot be iterated. */
export function checkIterable(items: unknown): asserts items is AnyIterable<unknown> {
  if (isIterable(items) || hasMethod(items, Symbol.asyncIterator)) return;
  throw new TypeError(`items must be iterable, such as an array; this is ${describe(items)}`);
}

/** @throws TypeError naming the item that is no array of arguments. */
export function checkArgumentLists(items: readonly unknown[]): void {
  const index = items.findIndex((item) => !Array.isArray(item));
  if (index >= 0) throw notArguments(index);
}

function notArguments(index: number): TypeError {
  return new TypeError(`items[${index}] must be an array of arguments; map() takes single values`);
}

function hasMethod(value: unknown, key: symbol): boolean {
  if (value === null || value === undefined) return false;
  return typeof (value as Record<symbol, unknown>)[key] === 'function';
}

function describe(value: unknown): string {
  return value === null ? 'null' : typeof value === 'object' ? 'an object' : typeof value;
}
