import type { TargetRef } from '@manycore/core/internal';

/** What every worker of a pool is told when it starts. */
export interface WorkerSetup {
  readonly pool: string;
  readonly initializer: TargetRef | undefined;
  readonly initArgs: readonly unknown[];
}
