import { ManycoreError } from '@manycore/core';
import {
  type EntryRef,
  locateEntry,
  registerEntry,
  scriptOf,
  type WorkerEndpoint,
} from '@manycore/core/internal';
import type { SystemOptions } from '@manycore/process';
import { checkSystemOptions, spawnProcess } from '@manycore/process/internal';
import type { WorkerThreadOptions } from '@manycore/thread';
import { checkWorkerThreadOptions, spawnThread } from '@manycore/thread/internal';

/** The kind of a pool's workers, and their options. Plain data: the blocking calls send it to their host. */
export type WorkerKind =
  | ({ readonly kind: 'thread' } & WorkerThreadOptions)
  | ({ readonly kind: 'process' } & SystemOptions);

/** What every worker of a pool is made with. */
interface SpawnOptions {
  readonly name: string;
  readonly daemon: boolean;
  readonly server: EntryRef;
}

/** How workers of a kind are made. */
interface Spawner<K extends WorkerKind = WorkerKind> {
  /** @throws TypeError, RangeError, ManycoreError naming the option that cannot be used. */
  check(options: K): void;
  spawn(options: Omit<K, 'kind'> & SpawnOptions): WorkerEndpoint;
}

const spawners = new Map<WorkerKind['kind'], Spawner>();

/**
 * Makes a kind known. Its class of pool does so, and the file that the host of blocking calls runs: a program that
 * is bundled and has pools of threads only does not hold what starts processes.
 */
export function registerSpawner<K extends WorkerKind>(kind: K['kind'], spawner: Spawner<K>): void {
  spawners.set(kind, spawner);
}

export function spawnerOf(kind: WorkerKind['kind']): Spawner {
  const found = spawners.get(kind);
  if (!found) throw new ManycoreError('MANYCORE_UNSUPPORTED', `no class of pools here has workers of kind ${kind}`);
  return found;
}

export const threadSpawner: Spawner<Extract<WorkerKind, { kind: 'thread' }>> = {
  check: checkWorkerThreadOptions,
  spawn: spawnThread,
};

export const processSpawner: Spawner<Extract<WorkerKind, { kind: 'process' }>> = {
  check: checkSystemOptions,
  spawn: spawnProcess,
};

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
