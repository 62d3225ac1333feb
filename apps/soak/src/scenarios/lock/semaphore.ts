import { type Scope, Value } from '@manycore/memory';
import { BoundedSemaphore, type Guard, Semaphore } from '@manycore/sync';
import { TimeoutError } from '@manycore/process';
import { dawdle, type Left, persist } from '../../party/waiting.js';
import { Party, partyKind, resultsOf } from '../../party/party.js';
import { Random } from '../../plan/random.js';
import type { Scenario } from '../../run/scenario.js';
import { check } from '../../run/violation.js';

const most = 3;

/** Never are more permits held than there are; those of the dead stay gone, and no others do. */
export const semaphore: Scenario = {
  name: 'semaphore',
  weight: 3,
  async run(context) {
    const { random } = context;
    const scope: Scope = random.chance(0.4) ? 'threads' : 'processes';
    const permits = random.int(most, 6);
    const Kind = random.chance(0.5) ? Semaphore : BoundedSemaphore;
    const shared = new Kind(permits, { scope });
    const size = random.int(2, 4);
    const held = new Value('i32', 0, { scope });
    const begun = new Value('i32', 0, { scope });
    const times = random.int(20, 200);
    const parties = Array.from({ length: size }, (_, i) => {
      const args = [shared, { held, begun }, permits, { times, seed: random.int(0, 2 ** 30) }] as const;
      return new Party(context, partyKind(random, scope), `holder ${i}`, hold, args);
    });
    const chances = { kill: random.pick([0, 0.4]), stop: 0.2, within: 400 };
    for (const party of parties) party.disturb(random, chances, () => begun.value > 0);
    const done = await resultsOf(parties);
    const killed = parties.filter((party) => party.killed).length;
    const lost = permits - shared.value;
    const least = held.value;
    check(lost >= least, `${lost} permits are gone, and the dead held ${least}`);
    check(lost <= killed * most, `${lost} permits are gone, with ${killed} parties killed`);
    context.count(`semaphore of ${scope}: acquired`, done.reduce((n, each) => n + each.acquired, 0));
    for (const { timeouts, aborts } of done) {
      context.count('left by timeout', timeouts);
      context.count('left by abort', aborts);
    }
  },
};

interface Holding {
  readonly times: number;
  readonly seed: number;
}

interface Counts {
  /** Permits that are held, by the living and the dead. */
  readonly held: Value<'i32'>;
  /** 1 once something was acquired. */
  readonly begun: Value<'i32'>;
}

export async function hold(
  shared: Semaphore,
  { held, begun }: Counts,
  permits: number,
  { times, seed }: Holding,
): Promise<Left & { acquired: number }> {
  const random = new Random(seed);
  const done = { timeouts: 0, aborts: 0, acquired: 0 };
  for (let i = 0; i < times; i += 1) {
    const n = random.int(1, most);
    const guard = await acquireSome(shared, n, random, done);
    // The dead may hold all that there is: then there is nothing more to do.
    if (!guard) return done;
    const together = held.updateSync((before) => before + n);
    begun.value = 1;
    check(together <= permits, `${together} of ${permits} permits are held`);
    await dawdle(random, 0.1, 3);
    held.updateSync((before) => before - n);
    guard.release();
    done.acquired += n;
  }
  return done;
}

async function acquireSome(
  shared: Semaphore,
  n: number,
  random: Random,
  left: Left,
): Promise<Guard | undefined> {
  const timeout = 1500;
  try {
    if (random.chance(0.1)) return shared.tryAcquire(n) ?? (await shared.acquire(n, { timeout }));
    if (random.chance(0.4)) return shared.acquireSync(n, { timeout });
    return await persist(random, left, (options) => shared.acquire(n, { timeout, ...options }));
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    return undefined;
  }
}
