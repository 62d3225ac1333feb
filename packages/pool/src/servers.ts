import { type EntryRef, locateEntry, registerEntry, scriptOf } from '@manycore/core/internal';

type Server = 'manycore-pool-worker' | 'manycore-pool-host';

let own = scriptOf(() => new Error().stack);

/** Where a worker finds what it serves: a file of that name, or what `registerServers` made known. */
export function locateServer(server: Server): EntryRef {
  return locateEntry(own, server);
}

/**
 * Makes the `serve` of each worker known, in case that this package is part of a bundle. `mark` is written in
 * the script that calls it: one that a worker imports to have them registered there.
 */
export function registerServers(
  mark: () => unknown,
  servers: Readonly<Record<Server, (endpoint: never) => void>>,
): void {
  own = scriptOf(mark) ?? own;
  for (const [name, serve] of Object.entries(servers)) registerEntry(name, serve);
}
