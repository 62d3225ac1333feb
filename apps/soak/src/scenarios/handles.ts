import { type Scope, Value } from '@manycore/memory';
import { scopeOf } from '@manycore/memory/internal';
import { Process } from '@manycore/process';
import { Queue } from '@manycore/queue';
import { Lock } from '@manycore/sync';
import { Thread } from '@manycore/thread';
import { type PartyKind, partyKind } from '../party/party.js';
import type { Scenario } from '../run/scenario.js';
import { check } from '../run/violation.js';

/**
 * Handles go from generation to generation, as arguments or through a queue, inside of other values, and come
 * back as results; every party in between adds one under the lock, and makes handles that outlive it.
 */
export const handles: Scenario = {
  name: 'handles',
  weight: 3,
  async run(context) {
    const { random } = context;
    const scope: Scope = random.chance(0.4) ? 'threads' : 'processes';
    const generations = Array.from({ length: random.int(1, 3) }, () => ({
      kind: partyKind(random, scope),
      byQueue: random.chance(0.5),
    }));
    if (scope === 'processes') context.count('segments', 2 * generations.length + 1);
    const luggage: Luggage = {
      scope,
      counter: new Value('i32', 0, { scope }),
      lock: new Lock({ scope }),
      inside: new Map([['log', [new Queue<string>({ scope, capacity: 80_000 })]]]),
    };
    const label = generations.map(({ kind }) => kind).join(', ');
    const made = await context.waitFor(
      `handles passed on through ${label}`,
      passOn(luggage, generations),
    );
    const n = generations.length;
    check(luggage.counter.value === n, `${luggage.counter.value} of ${n} have counted`);
    check(made.length === n, `${made.length} of ${n} queues came back`);
    check(!luggage.lock.locked, 'the lock is still held');
    const [log] = luggage.inside.get('log') ?? [];
    for (const [i, queue] of made.entries()) {
      // It was made, and filled, by one that has ended since.
      const text = await context.waitFor('what one that is gone has put', queue.get());
      const logged = await context.waitFor('the log', (log ?? queue).get());
      check(text === `generation ${n - i}`, `a queue that came back holds ${text}`);
      check(logged === `generation ${i + 1}`, `the log says ${logged}`);
    }
    context.count(`handles of ${scope}: generations`, n);
  },
};

export interface Luggage {
  readonly scope: Scope;
  readonly counter: Value<'i32'>;
  readonly lock: Lock;
  readonly inside: Map<string, Queue<string>[]>;
}

interface Generation {
  readonly kind: PartyKind;
  readonly byQueue: boolean;
}

/** Starts the next generation, and returns the queues that it and those after it have made. */
async function passOn(
  luggage: Luggage,
  [next, ...further]: readonly Generation[],
): Promise<Queue<string>[]> {
  if (!next) return [];
  const Kind = next.kind === 'thread' ? Thread : Process;
  if (!next.byQueue) {
    const child = new Kind({ target: carry, args: [luggage, further] }).start();
    const made = await child.result;
    await child.join();
    return made;
  }
  const queue = new Queue<Luggage>({ scope: luggage.scope, capacity: 80_000 });
  const child = new Kind({ target: fetchAndCarry, args: [queue, further] }).start();
  await queue.put(luggage);
  const made = await child.result;
  await child.join();
  return made;
}

export async function carry(
  luggage: Luggage,
  further: readonly Generation[],
): Promise<Queue<string>[]> {
  const { counter, lock, inside, scope } = luggage;
  const generation = await lock.run(() => counter.update((n) => n + 1));
  const text = `generation ${generation}`;
  await inside.get('log')?.[0]?.put(text);
  const own = new Queue<string>({ scope: scopeOf(scope), capacity: 80_000 });
  await own.put(text);
  return [...(await passOn(luggage, further)), own];
}

export async function fetchAndCarry(
  queue: Queue<Luggage>,
  further: readonly Generation[],
): Promise<Queue<string>[]> {
  return carry(await queue.get(), further);
}
