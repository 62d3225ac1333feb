import { ManycoreError } from '@manycore/core';
import type { EntryRef, WorkerEndpoint } from '@manycore/core/internal';
import type { WorkerKind } from './worker-kind.js';

/** What every worker of a pool is made with. */
export interface SpawnOptions {
  readonly name: string;
  readonly daemon: boolean;
  readonly server: EntryRef;
}

/** How workers of a kind are made. */
export interface Spawner<K extends WorkerKind = WorkerKind> {
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
