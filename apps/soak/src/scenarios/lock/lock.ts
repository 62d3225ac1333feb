import { setTimeout as sleep } from 'node:timers/promises';
import type { Scope } from '@manycore/memory';
import { type Guard, OwnerDiedError } from '@manycore/sync';
import { dawdle, type Left, persist, persistSync } from '../../party/waiting.js';
import { Party, partyKind, resultsOf } from '../../party/party.js';
import { Random } from '../../plan/random.js';
import type { Scenario } from '../../run/scenario.js';
import { check } from '../../run/violation.js';
import { type AnyLock, createLock, exclusive, lockKinds } from './any-lock.js';
import {
  addedBy,
  addOne,
  createCounter, finalCount, type ProtectedCounter, readTwice, repair } from './protected-counter.js';

/** Owners of one lock, some of which are killed while they hold it or wait for it. */
export const lock: Scenario = {
  name: 'lock',
  weight: 6,
  async run(context) {
    const { random } = context;
    const scope: Scope = random.chance(0.4) ? 'threads' : 'processes';
    const any = createLock(random.pick(lockKinds), scope);
    // Now and then more than there are processors, by far.
    const size = random.chance(0.1) ? 9 : random.int(1, 4);
    const counter = createCounter(size + 1, scope);
    const times = random.int(20, 400);
    const parties = Array.from({ length: size }, (_, i) => {
      const args = [any, counter, i, { times, seed: random.int(0, 2 ** 30), blocks: true }] as const;
      return new Party(context, partyKind(random, scope), `owner ${i} of a ${any.kind}`, work, args);
    });
    const chances = { kill: random.pick([0, 0.4, 0.8]), stop: 0.2, within: random.int(50, 500) };
    parties.forEach((party, i) => party.disturb(random, chances, () => addedBy(counter, i) > 0));
    const seed = random.int(0, 2 ** 30);
    const own = work(any, counter, size, { times: times >> 2, seed, blocks: false });
    own.catch(() => undefined);
    const done = await resultsOf(parties);
    done.push(await context.waitFor('the lock, for this thread', own));

    const { guard, recovered } = await context.waitFor('the lock, in the end', take(any));
    const killed = parties.filter((party) => party.killed).length;
    const recoveries = done.reduce((sum, each) => sum + each.recoveries, recovered ? 1 : 0);
    check(recoveries <= killed, `${recoveries} recoveries, and ${killed} parties were killed`);
    if (recovered) repair(counter);
    const count = finalCount(counter);
    guard.release();
    context.count(`${any.kind} of ${scope}: held`, count);
    context.count('owner deaths recovered', recoveries);
    for (const { timeouts, aborts, reads } of done) {
      context.count('left by timeout', timeouts);
      context.count('left by abort', aborts);
      if (reads > 0) context.count(`RWLock of ${scope}: read`, reads);
    }
  },
};

async function take(any: AnyLock): Promise<{ guard: Guard; recovered: boolean }> {
  try {
    return { guard: await exclusive(any).acquire(), recovered: false };
  } catch (error) {
    if (!(error instanceof OwnerDiedError)) throw error;
    const guard = await exclusive(any).recover();
    return { guard, recovered: guard.recovered };
  }
}

interface Work {
  readonly times: number;
  readonly seed: number;
  /** Whether it may block its thread. */
  readonly blocks: boolean;
}

interface Worked extends Left {
  recoveries: number;
  reads: number;
}

/** Adds so many to the counter, or reads it, in all the ways in which the lock can be had. */
export async function work(
  any: AnyLock,
  counter: ProtectedCounter,
  party: number,
  { times, seed, blocks }: Work,
): Promise<Worked> {
  const random = new Random(seed);
  const done: Worked = { timeouts: 0, aborts: 0, recoveries: 0, reads: 0 };
  const pause = pauses(random, blocks);
  for (let i = 0; i < times; i += 1) {
    const sync = blocks && random.chance(0.5);
    const reads = any.kind === 'RWLock' && random.chance(0.5);
    let guard: Guard | undefined;
    let writes = !reads;
    try {
      guard = reads ? await read(any, random, done, sync) : await acquire(any, random, done, sync);
    } catch (error) {
      if (!(error instanceof OwnerDiedError)) throw error;
      const lock = exclusive(any);
      guard = sync ? lock.recoverSync() : await lock.recover();
      writes = true;
      if (guard.recovered) {
        done.recoveries += 1;
        repair(counter);
      }
    }
    if (writes) {
      const inner = any.kind === 'RLock' && random.chance(0.3) ? nested(any.lock, sync) : undefined;
      await addOne(counter, party, sync ? pause.blocking : pause.any);
      (await inner)?.release();
    } else {
      await readTwice(counter, party, sync ? pause.blocking : pause.any);
      done.reads += 1;
    }
    guard.release();
    await dawdle(random, 0.02, 3);
  }
  return done;
}

/** In the middle of the protected part: mostly nothing, so that the lock is busy. */
function pauses(random: Random, blocks: boolean): { blocking: () => void; any: () => unknown } {
  const blocking = (): void => {
    if (random.chance(0.1)) for (const end = performance.now() + 0.3; performance.now() < end; );
  };
  const any = (): unknown => {
    if (random.chance(0.05)) return sleep(random.int(0, 3));
    if (blocks) blocking();
    return undefined;
  };
  return { blocking, any };
}

async function acquire(any: AnyLock, random: Random, left: Left, sync: boolean): Promise<Guard> {
  const lock = exclusive(any);
  const tried = random.chance(0.1) ? lock.tryAcquire() : undefined;
  if (tried) return tried;
  if (sync) return persistSync(random, left, (options) => lock.acquireSync(options));
  return persist(random, left, (options) => lock.acquire(options));
}

async function read(
  { lock }: AnyLock & { kind: 'RWLock' },
  random: Random,
  left: Left,
  sync: boolean,
): Promise<Guard> {
  const tried = random.chance(0.1) ? lock.tryRead() : undefined;
  if (tried) return tried;
  if (sync) return persistSync(random, left, (options) => lock.readSync(options));
  return persist(random, left, (options) => lock.read(options));
}

/** Its owner may acquire it again at once. */
function nested(
  lock: { acquire(): Promise<Guard>; acquireSync(): Guard },
  sync: boolean,
): Guard | Promise<Guard> {
  return sync ? lock.acquireSync() : lock.acquire();
}
