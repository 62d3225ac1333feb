import { milliseconds, wholeNumber } from '@manycore/pool/internal';
import { processorCount } from '../platform/node.js';
import { type ClusterBasics, type ClusterSettings, clusterSettings } from './connection.js';

/** How a worker host is to run. */
export interface ServeOptions extends ClusterBasics {
  /** The modules that register what can be called, as URLs. They are imported, here and in the workers. */
  readonly modules: string | URL | readonly (string | URL)[];
  /** So many tasks at a time, each in a thread. Default: the number of processors. */
  readonly threads?: number | undefined;
  /** So many tasks at a time, each in a process, instead of threads. */
  readonly processes?: number | undefined;
  /** How long (ms) a task that is aborted may take to end before its worker is replaced. Default 200. */
  readonly graceTime?: number | undefined;
  /** Serves `GET /health` on this port. Default: none. */
  readonly healthPort?: number | undefined;
}

/** The same, checked and complete. */
export interface ServeSettings extends ClusterSettings {
  readonly modules: readonly string[];
  readonly kind: 'thread' | 'process';
  readonly slots: number;
  readonly graceTime: number;
  readonly healthPort: number | undefined;
}

/** @throws TypeError, RangeError naming the option. */
export function serveSettings(options: ServeOptions): ServeSettings {
  const { threads, processes, graceTime = 200, healthPort } = options;
  if (threads !== undefined && processes !== undefined) {
    throw new TypeError('give threads or processes, not both: a host has one kind of worker');
  }
  const kind = processes === undefined ? 'thread' : 'process';
  return {
    ...clusterSettings(options),
    modules: moduleUrls(options.modules),
    kind,
    slots: wholeNumber(kind === 'thread' ? 'threads' : 'processes', processes ?? threads ?? processorCount(), 1),
    graceTime: milliseconds('graceTime', graceTime),
    healthPort: healthPort === undefined ? undefined : wholeNumber('healthPort', healthPort, 0),
  };
}

function moduleUrls(modules: unknown): string[] {
  const list: unknown[] = Array.isArray(modules) ? modules : [modules];
  if (list.length === 0) throw new TypeError('modules must name at least one module');
  return list.map((module) => {
    const url = module instanceof URL ? module.href : module;
    if (typeof url !== 'string' || !URL.canParse(url)) {
      throw new TypeError(`modules must be URLs, not ${String(url)}; write new URL('./tasks.js', import.meta.url)`);
    }
    return url;
  });
}
