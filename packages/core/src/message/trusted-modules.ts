import { isModuleLoaded } from '../platform/loaded-modules.js';
import { importPackage, mainModule } from '../platform/modules.js';
import { sharedState } from '../shared-state.js';
import { findHandleType, registeredModules } from './handle.js';
import type { Packed } from './packed.js';

const program = sharedState('program', (): { main?: string | undefined } => ({}));

/** In a worker: remembers the main module that its parent named, for workers that this one starts. */
export function inheritMain(main: string | undefined): void {
  program.main = main;
}

/** The URL of the program's main module, also in a worker. */
export function programModule(): string | undefined {
  return program.main ?? mainModule();
}

const trusted = sharedState('trustedModules', () => new Set<string>());

/**
 * In a worker: the modules that its parent named, so that what arrives may be of their classes. A parent
 * never calls it: what its workers send cannot make it import anything.
 */
export function trustModules(modules: readonly (string | undefined)[]): void {
  for (const module of modules) if (module !== undefined) trusted.add(module);
}

/** Whether a worker may import a module because something of it arrived. */
export function isTrustedModule(module: string): boolean {
  return trusted.has(module);
}

/** Whether a worker may import it, or this thread's program has loaded it already, so that nothing new would run. */
export function isKnownModule(module: string): boolean {
  return trusted.has(module) || isModuleLoaded(module);
}

/** What a parent tells its worker: the modules that define the handle types it knows. */
export function knownHandleModules(): string[] {
  return [...new Set([...trusted, ...registeredModules()])];
}

/** The modules of the handles and errors in a value that a parent sends to its worker. */
export function modulesOf([, parts = []]: Packed): string[] {
  const modules = new Set<string>();
  for (const part of parts) {
    if (part.kind !== 'domException' && part.module !== undefined) modules.add(part.module);
    if (part.kind !== 'handle') continue;
    for (const module of findHandleType(part.name)?.modules?.(part.state) ?? []) modules.add(module);
  }
  return [...modules];
}

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
