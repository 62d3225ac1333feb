import { programModule } from '../endpoint/program.js';
import { importPackage } from '../platform/packages.js';
import { registeredModules } from './handle.js';

/** Where manycore's own handle types are, so that a receiver can load them without being told where from. */
const packages: Readonly<Record<string, readonly string[]>> = {
  '@manycore/memory': ['SharedArray', 'SharedBlock', 'SharedMemory', 'Value'],
  '@manycore/queue': ['Connection', 'JoinableQueue', 'LifoQueue', 'PriorityQueue', 'Queue'],
  '@manycore/sync': [
    'Barrier',
    'BoundedSemaphore',
    'Condition',
    'Event',
    'Latch',
    'Lock',
    'RLock',
    'RWLock',
    'Semaphore',
  ],
};

/** The package of manycore's that defines a handle type. */
export function packageOf(handleName: string): string | undefined {
  return Object.keys(packages).find((name) => packages[name]?.includes(handleName));
}

/** Loads the package of manycore's that defines a handle type, as this program finds it. */
export async function importHandlePackage(handleName: string): Promise<void> {
  const name = packageOf(handleName);
  if (name === undefined) return;
  const main = programModule();
  await importPackage(name, [...(main === undefined ? [] : [main]), ...registeredModules()]);
}
