/**
 * State of which a thread has one, even where several copies of this package are loaded: a worker's entry
 * is bundled into one file with a copy of its own, beside the one that the program imports.
 */
export function sharedState<T extends object>(name: string, create: () => T): T {
  const key = Symbol.for(`manycore.${name}`);
  const holder = globalThis as { [key]?: T | undefined };
  return (holder[key] ??= create());
}
