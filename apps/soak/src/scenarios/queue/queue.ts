import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import type { Scope } from '@manycore/memory';
import { JoinableQueue, LifoQueue, PriorityQueue, Queue, TasksLostError } from '@manycore/queue';
import { Party, partyKind, resultsOf } from '../../party/party.js';
import type { Context } from '../../run/context.js';
import type { Scenario } from '../../run/scenario.js';
import { check } from '../../run/violation.js';
import { createLedger, type Ledger, settleAccounts } from './ledger.js';
import { type AnyQueue, consume, type Done, passesWhole, produce, type Terms } from './parties.js';

/**
 * Producers and consumers of one queue in threads and processes; some are killed, some stopped for a while.
 * Of every message it is known which party sent it and whether it may be missing.
 */
export const queue: Scenario = {
  name: 'queue',
  weight: 6,
  async run(context) {
    const { random } = context;
    const scope: Scope = random.chance(0.35) ? 'threads' : 'processes';
    const fifo = random.chance(0.7);
    // A queue of order takes only values that fit as a whole.
    const largest = fifo && random.chance(0.2) ? 300_000 : passesWhole;
    const capacity = random.pick([80_000, 100_000, 200_000]);
    const maxSize = random.chance(0.3) ? random.int(1, 20) : 0;
    if (scope === 'processes') context.count('segments');
    const any = createQueue(random.pick(fifo ? ['queue', 'joinable'] : ['lifo', 'priority']), {
      scope,
      capacity,
      maxSize,
    });
    const terms: Terms = { seed: random.int(0, 2 ** 30), largest };
    const ledger = createLedger(random.int(1, 3), random.int(0, 3), random.int(10, 600), scope);
    await exchange(context, any, ledger, terms, scope);
  },
};

async function exchange(
  context: Context,
  any: AnyQueue,
  ledger: Ledger,
  terms: Terms,
  scope: Scope,
): Promise<void> {
  const { random } = context;
  const slow = random.chance(0.6);
  const chances = { kill: random.pick([0, 0.3, 0.6]), stop: 0.2, within: random.int(50, 500) };
  const producers = Array.from({ length: ledger.put.length }, (_, i) => {
    const args = [any, ledger, terms, i, slow] as const;
    return new Party(context, partyKind(random, scope), `producer ${i}`, produce, args);
  });
  const consumers = Array.from({ length: ledger.progress.length - 1 }, (_, i) => {
    const args = [any, ledger, terms, i, slow] as const;
    return new Party(context, partyKind(random, scope), `consumer ${i}`, consume, args);
  });
  producers.forEach((party, i) => party.disturb(random, chances, () => ledger.put.get(i) > 0));
  consumers.forEach((party, i) => party.disturb(random, chances, () => ledger.progress.get(i) > 0));
  // This thread is a consumer that lives on, so that no producer waits for room forever.
  const own = consume(any, ledger, terms, consumers.length, slow, true);
  own.catch(() => undefined);

  const produced = await resultsOf(producers);
  any.queue.close();
  const consumed = await resultsOf(consumers);
  consumed.push(await context.waitFor('the last messages', own));
  await sabotage(context, ledger);
  count(context, `${any.kind} of ${scope}: put`, produced);
  count(context, `${any.kind} of ${scope}: taken`, consumed);

  const dead = consumers.filter(({ killed }) => killed).length;
  settleAccounts(ledger, producers.map(({ killed }) => killed), dead);
  check(any.queue.empty, `${any.queue.size} messages are left in a queue that was emptied`);
  if (any.kind === 'joinable') await joinWith(context, any.queue, dead);
}

/** Nothing waits when all is finished; what dead consumers had taken is reported as lost. */
async function joinWith(
  context: Context,
  joinable: JoinableQueue<unknown>,
  killedConsumers: number,
): Promise<void> {
  try {
    await context.waitFor('joining the queue', joinable.join());
  } catch (error) {
    if (!(error instanceof TasksLostError) || killedConsumers === 0) throw error;
    context.count('joinable: tasks lost');
  }
  check(joinable.unfinished === 0, `${joinable.unfinished} tasks are unfinished after join`);
}

function count(context: Context, kind: string, all: readonly Done[]): void {
  for (const { messages, timeouts, aborts } of all) {
    context.count(kind, messages);
    context.count('left by timeout', timeouts);
    context.count('left by abort', aborts);
  }
}

function createQueue(
  kind: AnyQueue['kind'],
  options: { scope: Scope; capacity: number; maxSize: number },
): AnyQueue {
  switch (kind) {
    case 'queue':
      return { kind, queue: new Queue(options) };
    case 'joinable':
      return { kind, queue: new JoinableQueue(options) };
    case 'lifo':
      return { kind, queue: new LifoQueue(options) };
    case 'priority':
      return { kind, queue: new PriorityQueue(options) };
  }
}

/** The defects that the soak is to find; none unless asked for. */
async function sabotage(context: Context, ledger: Ledger): Promise<void> {
  if (context.sabotage === 'lose-message') Atomics.store(ledger.taken.view, 0, 0);
  if (context.sabotage === 'leak-descriptor') openSync('/dev/null', 'r');
  if (context.sabotage === 'leave-process') spawn('sleep', ['600'], { stdio: 'ignore' }).unref();
  if (context.sabotage === 'hang') {
    await context.waitFor('a message that never comes', new Promise(() => undefined));
  }
}
