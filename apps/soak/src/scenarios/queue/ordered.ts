import { LifoQueue, PriorityQueue } from '@manycore/queue';
import type { Scope } from '@manycore/memory';
import { Party, partyKind, resultsOf } from '../../party/party.js';
import type { Scenario } from '../../run/scenario.js';
import { check } from '../../run/violation.js';
import { checkWhole, type Message } from '../../values/message.js';
import { createLedger, noteTaken, settleAccounts } from './ledger.js';
import { type AnyQueue, priorityOf, produce } from './parties.js';

/** Everything is put first, then taken by one: the order is known but for what ran at the same time. */
export const ordered: Scenario = {
  name: 'ordered',
  weight: 2,
  async run(context) {
    const { random } = context;
    const scope: Scope = random.chance(0.4) ? 'threads' : 'processes';
    const options = { scope, capacity: 400_000 };
    if (scope === 'processes') context.count('segments');
    const any: AnyQueue = random.chance(0.5)
      ? { kind: 'lifo', queue: new LifoQueue<Message>(options) }
      : { kind: 'priority', queue: new PriorityQueue<Message>(options) };
    const ledger = createLedger(random.int(1, 3), 0, random.int(10, 150), scope);
    const terms = { seed: random.int(0, 2 ** 30), largest: 400 };
    const producers = Array.from({ length: ledger.put.length }, (_, i) => {
      const args = [any, ledger, terms, i, true] as const;
      return new Party(context, partyKind(random, scope), `producer ${i}`, produce, args);
    });
    const chances = { kill: random.pick([0, 0.5]), stop: 0.2, within: 300 };
    producers.forEach((party, i) => party.disturb(random, chances, () => ledger.put.get(i) > 0));
    await resultsOf(producers);

    const taken: Message[] = [];
    for (let size = any.queue.size; size > 0; size -= 1) {
      const value = await context.waitFor<unknown>('a message that is there', any.queue.get());
      const message = any.kind === 'priority' ? (value as readonly unknown[])[1] : value;
      checkWhole(message, terms.seed, terms.largest);
      taken.push(message);
    }
    for (const { producer, sequence } of taken) noteTaken(ledger, producer, sequence);
    settleAccounts(ledger, producers.map(({ killed }) => killed), 0);
    checkOrder(any.kind, taken);
    context.count(`${any.kind} of ${scope}: taken in order`, taken.length);
  },
};

function checkOrder(kind: AnyQueue['kind'], taken: readonly Message[]): void {
  const last = new Map<number, Message>();
  let priority = -Infinity;
  for (const message of taken) {
    const rank = priorityOf(message);
    const { producer, sequence } = message;
    if (kind === 'priority') {
      check(rank >= priority, `priority ${rank} came after ${priority}`);
      priority = rank;
    }
    const before = last.get(producer);
    last.set(producer, message);
    if (!before) continue;
    const text = `message ${sequence} of producer ${producer} came after ${before.sequence}`;
    if (kind === 'lifo') check(sequence < before.sequence, text);
    else if (priorityOf(before) === rank) check(sequence > before.sequence, text);
  }
}
