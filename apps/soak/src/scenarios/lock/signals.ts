import { type Scope, SharedArray } from '@manycore/memory';
import { Barrier, BrokenBarrierError, Event, Latch } from '@manycore/sync';
import { dawdle, type Left, persist, persistSync } from '../../party/waiting.js';
import { Party, partyKind } from '../../party/party.js';
import { Random } from '../../plan/random.js';
import type { Scenario } from '../../run/scenario.js';
import { check } from '../../run/violation.js';

/** All parties wait for an event, meet at a barrier again and again, and count a latch down. */
export const signals: Scenario = {
  name: 'signals',
  weight: 3,
  async run(context) {
    const { random } = context;
    const scope: Scope = random.chance(0.4) ? 'threads' : 'processes';
    const size = random.int(1, 4);
    const things: Things = {
      start: new Event({ scope }),
      barrier: new Barrier(size, undefined, { scope }),
      latch: new Latch(size, { scope }),
      rounds: new SharedArray('i32', size, { scope }),
      finished: new SharedArray('i32', size, { scope }),
    };
    const times = random.int(1, 100);
    const parties = Array.from({ length: size }, (_, i) => {
      const args = [things, i, times, random.int(0, 2 ** 30)] as const;
      return new Party(context, partyKind(random, scope), `party ${i}`, meet, args);
    });
    const chances = { kill: random.pick([0, 0, 0.3]), stop: 0.2, within: 400 };
    parties.forEach((party, i) => party.disturb(random, chances, () => things.rounds.get(i) > 0));
    await context.pause(random.int(0, 150));
    things.start.set();
    // For one that died no other comes: the others learn of it, and this thread counts down instead.
    await Promise.all(
      parties.map(async (party, i) => {
        const outcome = await party.outcome();
        if ('value' in outcome) {
          const { timeouts, aborts, rounds } = outcome.value;
          context.count('left by timeout', timeouts);
          context.count('left by abort', aborts);
          context.count(`barrier of ${scope}: passed`, rounds);
          return;
        }
        if (!party.killed || !outcome.died) throw outcome.error;
        things.barrier.abort();
        if (things.finished.view[i] === 0) things.latch.countDown();
      }),
    );
    const killed = parties.some((party) => party.killed);
    // One that died between counting down and noting it has been counted for twice: the latch stays open.
    await context.waitFor('the latch', things.latch.wait());
    check(things.latch.count === 0, `the latch is at ${things.latch.count} and open`);
    check(killed || !things.barrier.broken, 'the barrier broke although no party left it');
    const slowest = Math.min(...things.rounds);
    check(killed || slowest === times, `the barrier let go in round ${slowest} of ${times}`);
  },
};

interface Things {
  readonly start: Event;
  readonly barrier: Barrier;
  readonly latch: Latch;
  /** For each party the round in which it is. */
  readonly rounds: SharedArray<'i32'>;
  /** For each party whether it has counted the latch down. */
  readonly finished: SharedArray<'i32'>;
}

export async function meet(
  { start, barrier, latch, rounds, finished }: Things,
  party: number,
  times: number,
  seed: number,
): Promise<Left & { rounds: number }> {
  const random = new Random(seed);
  const left: Left = { timeouts: 0, aborts: 0 };
  if (random.chance(0.5)) await persist(random, left, (options) => start.wait(options));
  else persistSync(random, left, (options) => start.waitSync(options));
  check(start.isSet, 'the event let go before it was set');
  let round = 0;
  try {
    for (; round < times; round += 1) {
      Atomics.store(rounds.view, party, round + 1);
      const index = random.chance(0.5) ? await barrier.wait() : barrier.waitSync();
      check(index >= 0 && index < barrier.parties, `the barrier gave the index ${index}`);
      const slowest = Math.min(...rounds);
      check(slowest > round, `the barrier let go in round ${round + 1}, and one is in round ${slowest}`);
      await dawdle(random, 0.05, 3);
    }
  } catch (error) {
    if (!(error instanceof BrokenBarrierError)) throw error;
  }
  latch.countDown();
  Atomics.store(finished.view, party, 1);
  if (random.chance(0.5)) await persist(random, left, (options) => latch.wait(options));
  else persistSync(random, left, (options) => latch.waitSync(options));
  return { ...left, rounds: round };
}
