import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { listThreads } from '@manycore/testing/processes';
import { descendants } from './descendants.js';

/** What this process holds at one moment. Memory is in bytes. */
export interface Figures {
  rss: number;
  heapUsed: number;
  external: number;
  arrayBuffers: number;
  /** Open descriptors, without those of shared memory. */
  descriptors: number;
  /** Descriptors of shared memory. */
  segments: number;
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
  return {
    rss,
    heapUsed,
    external,
    arrayBuffers,
    descriptors: open.length - segments,
    segments,
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
