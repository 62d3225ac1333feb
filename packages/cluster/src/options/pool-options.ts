import { countOrInfinity, optionalFunction, optionsOf } from '@manycore/pool/internal';
import { type ClusterBasics, type ClusterSettings, clusterSettings } from './connection.js';

/** The options of a `ClusterPool`. */
export interface ClusterPoolOptions extends ClusterBasics {
  /** Appears in messages and traces. Default `ClusterPool-1`, … */
  readonly name?: string | undefined;
  /** How many tasks of this pool may wait before calls are refused: see `room()`. Default: any number. */
  readonly maxQueue?: number | undefined;
  /** Called with what tasks of this pool print. Default: it appears where the worker host runs, only. */
  readonly onLog?: ((entry: LogEntry) => unknown) | undefined;
}

/** Something that a task printed. */
export interface LogEntry {
  /** The name of the function. */
  readonly name: string;
  /** Machine and process of the worker host. */
  readonly host: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** The same, checked and complete. */
export interface ClusterPoolSettings extends ClusterSettings {
  readonly name: string;
  readonly maxQueue: number;
  readonly onLog: ((entry: LogEntry) => unknown) | undefined;
}

/** @throws TypeError, RangeError naming the option. */
export function clusterPoolSettings(
  options: ClusterPoolOptions,
  defaultName: () => string,
): ClusterPoolSettings {
  const checked = optionsOf<ClusterPoolOptions | undefined>(options, "{ connection: 'redis://localhost:6379' }");
  if (checked === undefined) throw new TypeError('a ClusterPool needs { connection }: where Redis is');
  const { name, maxQueue = Infinity, onLog } = checked;
  if (name !== undefined && typeof name !== 'string') throw new TypeError('name must be a string');
  return {
    ...clusterSettings(checked),
    name: name ?? defaultName(),
    maxQueue: countOrInfinity('maxQueue', maxQueue, 1),
    onLog: optionalFunction('onLog', onLog),
  };
}
