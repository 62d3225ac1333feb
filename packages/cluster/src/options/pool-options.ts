import { callback, countOrInfinity, optionalFunction, optionsOf } from '@manycore/pool/internal';
import type { Report } from '../protocol/report.js';
import { type ClusterBasics, type ClusterSettings, clusterSettings } from './connection.js';

/** The options of a `ClusterPool`. */
export interface ClusterPoolOptions extends ClusterBasics {
  /** Appears in messages and traces. Default `ClusterPool-1`, … */
  readonly name?: string | undefined;
  /** How many tasks of this pool may wait before calls are refused: see `room()`. Default: any number. */
  readonly maxQueue?: number | undefined;
  /**
   * Called with what the tasks of this pool print, and with what they pass to `reportProgress`. Default: what they
   * print appears where the worker host runs, only. What it throws is a warning: `CallbackError`.
   */
  readonly onReport?: ((report: TaskReport) => unknown) | undefined;
}

/** What a task told while it ran. */
export type TaskReport = Report & {
  /** The name of its function. */
  readonly name: string;
  /** The number of the task in its pool, from 1. */
  readonly task: number;
  /** Machine and process of the worker host. */
  readonly host: string;
};

/** The same, checked and complete. */
export interface ClusterPoolSettings extends ClusterSettings {
  readonly name: string;
  readonly maxQueue: number;
  readonly onReport: ((report: TaskReport) => void) | undefined;
}

/** @throws TypeError, RangeError naming the option. */
export function clusterPoolSettings(
  options: ClusterPoolOptions,
  defaultName: () => string,
): ClusterPoolSettings {
  const checked = optionsOf<ClusterPoolOptions | undefined>(options, "{ connection: 'redis://localhost:6379' }");
  if (checked === undefined) throw new TypeError('a ClusterPool needs { connection }: where Redis is');
  const { name, maxQueue = Infinity } = checked;
  if (name !== undefined && typeof name !== 'string') throw new TypeError('name must be a string');
  const onReport = optionalFunction('onReport', checked.onReport);
  const poolName = name ?? defaultName();
  return {
    ...clusterSettings(checked),
    name: poolName,
    maxQueue: countOrInfinity('maxQueue', maxQueue, 1),
    onReport: onReport && callback(`onReport of ${poolName}`, onReport),
  };
}
