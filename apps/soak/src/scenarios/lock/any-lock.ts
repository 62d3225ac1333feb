import { type Scope, Value } from '@manycore/memory';
import { type Guard, Lock, RLock, RWLock } from '@manycore/sync';

/** What `lock` needs of each kind of lock. */
export interface Exclusive {
  acquire(options?: { timeout?: number; signal?: AbortSignal }): Promise<Guard>;
  acquireSync(options?: { timeout?: number }): Guard;
  tryAcquire(): Guard | undefined;
  recover(): Promise<Guard>;
  recoverSync(): Guard;
}

export type AnyLock =
  | { readonly kind: 'Lock'; readonly lock: Lock }
  | { readonly kind: 'RLock'; readonly lock: RLock }
  | { readonly kind: 'RWLock'; readonly lock: RWLock }
  | { readonly kind: 'Value'; readonly lock: Value<'i32'> };

export const lockKinds = ['Lock', 'RLock', 'RWLock', 'Value'] as const;

export function createLock(kind: AnyLock['kind'], scope: Scope): AnyLock {
  switch (kind) {
    case 'Lock':
      return { kind, lock: new Lock({ scope }) };
    case 'RLock':
      return { kind, lock: new RLock({ scope }) };
    case 'RWLock':
      return { kind, lock: new RWLock({ scope }) };
    case 'Value':
      return { kind, lock: new Value('i32', 0, { scope }) };
  }
}

/** The side of it that excludes all others. */
export function exclusive({ kind, lock }: AnyLock): Exclusive {
  if (kind === 'Value') return lock.lock;
  if (kind !== 'RWLock') return lock;
  return {
    acquire: (options) => lock.write(options),
    acquireSync: (options) => lock.writeSync(options),
    tryAcquire: () => lock.tryWrite(),
    recover: () => lock.recover(),
    recoverSync: () => lock.recoverSync(),
  };
}
