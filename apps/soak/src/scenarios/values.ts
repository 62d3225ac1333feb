import { isDeepStrictEqual } from 'node:util';
import type { Scope } from '@manycore/memory';
import { Process } from '@manycore/process';
import { ProcessPool, ThreadPool } from '@manycore/pool';
import { Queue } from '@manycore/queue';
import { Thread } from '@manycore/thread';
import type { Context } from '../run/context.js';
import type { Scenario } from '../run/scenario.js';
import { check } from '../run/violation.js';
import { randomValues } from '../values/random-value.js';
import { echo, echoAll, echoThrough } from './values-echo.js';

/** Random values go to another thread or process and come back as they were. */
export const values: Scenario = {
  name: 'values',
  weight: 2,
  async run(context) {
    const { random } = context;
    const sent = randomValues(random.int(0, 2 ** 30), random.int(1, 60));
    const way = random.pick(['args', 'queue', 'pool'] as const);
    const scope: Scope = random.chance(0.5) ? 'threads' : 'processes';
    const received = await trip(context, sent, way, scope);
    check(received.length === sent.length, `${received.length} of ${sent.length} values came back`);
    sent.forEach((value, i) =>
      check(
        isDeepStrictEqual(received[i], value),
        `value ${i} came back through ${way} of ${scope} as another`,
      ),
    );
    context.count(`values through ${way} of ${scope}`, sent.length);
  },
};

async function trip(
  context: Context,
  sent: unknown[],
  way: 'args' | 'queue' | 'pool',
  scope: Scope,
): Promise<unknown[]> {
  const Kind = scope === 'threads' ? Thread : Process;
  if (way === 'args') {
    const one = new Kind({ target: echoAll, args: [sent] }).start();
    const result = await context.waitFor('values as a result', one.result);
    await one.join();
    return result;
  }
  if (way === 'pool') {
    await using pool = scope === 'threads' ? new ThreadPool({ workers: 1 }) : new ProcessPool({ workers: 1 });
    return await context.waitFor('values through a pool', pool.map(echo, sent));
  }
  if (scope === 'processes') context.count('segments', 2);
  const there = new Queue<unknown>({ scope, capacity: 80_000 });
  const back = new Queue<unknown>({ scope, capacity: 80_000 });
  const one = new Kind({ target: echoThrough, args: [there, back] }).start();
  const putting = (async () => {
    for (const value of sent) await there.put(value);
    there.close();
  })();
  const received: unknown[] = [];
  for (let i = 0; i < sent.length; i += 1) {
    received.push(await context.waitFor(`value ${i} through a queue`, back.get()));
  }
  await putting;
  await context.waitFor('the end of one that echoes', one.join());
  return received;
}
