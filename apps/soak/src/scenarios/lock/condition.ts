import { type Scope, SharedArray } from '@manycore/memory';
import { Condition, type Guard, Lock, OwnerDiedError, RLock } from '@manycore/sync';
import { TimeoutError } from '@manycore/process';
import { dawdle } from '../../party/waiting.js';
import { Party, partyKind, resultsOf } from '../../party/party.js';
import { Random } from '../../plan/random.js';
import type { Scenario } from '../../run/scenario.js';
import { check } from '../../run/violation.js';

const storeAt = 0;
const endAt = 1;
const madeAt = 2;
const usedAt = 3;

/**
 * Makers and users of tokens in a store for a few, by a condition: each token is used once, and no one
 * sleeps while there is something to do. Users may be killed, also while they hold the lock.
 */
export const condition: Scenario = {
  name: 'condition',
  weight: 3,
  async run(context) {
    const { random } = context;
    const scope: Scope = random.chance(0.4) ? 'threads' : 'processes';
    const lock = random.chance(0.5) ? new Lock({ scope }) : new RLock({ scope });
    const shared = new Condition(lock);
    const words = new SharedArray('i32', 4, { scope });
    const room = random.int(1, 5);
    const each = random.int(20, 150);
    const start = (label: string, target: typeof make, n: number): Party<typeof make>[] =>
      Array.from({ length: n }, (_, i) => {
        const terms = { room, each, seed: random.int(0, 2 ** 30) };
        const args = [shared, words, terms] as const;
        return new Party(context, partyKind(random, scope), `${label} ${i}`, target, args);
      });
    const makers = start('maker', make, random.int(1, 2));
    const users = start('user', use, random.int(0, 2));
    const chances = { kill: random.pick([0, 0.5]), stop: 0.2, within: 400 };
    for (const party of users) party.disturb(random, chances, () => words.get(usedAt) > 0);
    // This thread is a user that lives on.
    const own = use(shared, words, { room, each, seed: random.int(0, 2 ** 30) });
    own.catch(() => undefined);

    await resultsOf(makers);
    const guard = await context.waitFor('the lock, for the end', acquire(shared));
    words.view[endAt] = 1;
    shared.notifyAll();
    guard.release();
    await resultsOf(users);
    await context.waitFor('the last tokens', own);
    const [store = 0, , made = 0, used = 0] = words.view;
    const killed = users.filter((party) => party.killed).length;
    check(store === 0, `${store} tokens are left`);
    check(made === makers.length * each, `${made} tokens of ${makers.length * each} were made`);
    // One that died may have taken a token out and not counted it.
    check(made - used >= 0 && made - used <= killed, `${made} tokens were made, ${used} used`);
    context.count(`condition of ${scope}: tokens`, used);
  },
};

interface Terms {
  readonly room: number;
  readonly each: number;
  readonly seed: number;
}

export async function make(
  shared: Condition,
  { view }: SharedArray<'i32'>,
  { room, each, seed }: Terms,
): Promise<void> {
  const random = new Random(seed);
  for (let i = 0; i < each; i += 1) {
    const guard = await until(shared, random, () => (view[storeAt] ?? 0) < room);
    view[storeAt] = (view[storeAt] ?? 0) + 1;
    view[madeAt] = (view[madeAt] ?? 0) + 1;
    // Makers and users wait at the same condition: one woken of the wrong kind would keep the other asleep.
    shared.notifyAll();
    guard.release();
    await dawdle(random, 0.05, 3);
  }
}

export async function use(
  shared: Condition,
  { view }: SharedArray<'i32'>,
  { seed }: Terms,
): Promise<void> {
  const random = new Random(seed);
  for (;;) {
    const guard = await until(shared, random, () => view[storeAt] !== 0 || view[endAt] === 1);
    if (view[storeAt] === 0) {
      guard.release();
      return;
    }
    view[storeAt] = (view[storeAt] ?? 0) - 1;
    view[usedAt] = (view[usedAt] ?? 0) + 1;
    shared.notifyAll();
    guard.release();
    await dawdle(random, 0.05, 3);
  }
}

/** Holds the lock when it resolves, and the predicate is true. */
async function until(shared: Condition, random: Random, predicate: () => boolean): Promise<Guard> {
  let guard = await acquire(shared);
  while (!predicate()) {
    try {
      // No notification is relied on that a death could have swallowed: after a second each looks again.
      if (random.chance(0.3)) await shared.wait({ timeout: random.int(0, 20) });
      else await shared.wait({ timeout: 1000 });
    } catch (error) {
      if (error instanceof TimeoutError) continue;
      if (!(error instanceof OwnerDiedError)) throw error;
      // The lock is not held then, and what it protects is whole: each word is written at once.
      guard = await acquire(shared);
    }
  }
  return guard;
}

async function acquire(shared: Condition): Promise<Guard> {
  try {
    return await shared.acquire();
  } catch (error) {
    if (!(error instanceof OwnerDiedError)) throw error;
    return shared.lock.recover();
  }
}
