import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { listThreads } from '@manycore/testing/processes';
import { descendants } from './descendants.js';

/** What this process holds at one moment. Memory is in bytes. */
export interface Figures {
  rss: number;
  heapUsed: number;
  external: number;
  arrayBuffers: number;
  /** Open descriptors, without the two kinds that follow. */
  descriptors: number;
  /** Descriptors of shared memory. */
  segments: number;
  /**
   * Descriptors of source files. Node leaves one open when a worker is terminated while it loads a module:
   * `new Worker` and `terminate` are enough for that.
   */
  sources: number;
  /** Mappings, from `/proc/self/maps`. */
  mappings: number;
  threads: number;
  /** Descendants, without this process. */
  processes: number;
  /** Listeners on `process`. */
  listeners: number;
  /** Named shared memory that the soak made. */
  names: number;
}

export type FigureName = keyof Figures;

/** What the names of all shared memory of this soak begin with. */
export const memoryPrefix = `soak-${process.pid}-`;

export function readFigures(): Figures {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const open = openFiles();
  const segments = open.filter((target) => target.startsWith('/memfd:')).length;
  const sources = open.filter((target) => /[.][cm]?[jt]s$/.test(target)).length;
  return {
    rss,
    heapUsed,
    external,
    arrayBuffers,
    descriptors: open.length - segments - sources,
    segments,
    sources,
    mappings: readFileSync('/proc/self/maps', 'latin1').split('\n').length - 1,
    threads: listThreads().length,
    processes: descendants().length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    names: readdirSync('/dev/shm').filter((name) => name.startsWith(memoryPrefix)).length,
  };
}

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((number) => {
    try {
      return [readlinkSync(`/proc/self/fd/${number}`)];
    } catch {
      return []; // The listing's own descriptor, closed by now.
    }
  });
}
