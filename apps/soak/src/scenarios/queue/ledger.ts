import { type Scope, SharedArray } from '@manycore/memory';
import { check } from '../../run/violation.js';

/** What all producers and consumers of a queue write down, so that it outlives them. */
export interface Ledger {
  /** For each message how often it was taken. */
  readonly taken: SharedArray<'i32'>;
  /** For each producer how many of its messages it has put. */
  readonly put: SharedArray<'i32'>;
  /** For each consumer how many messages it has taken. */
  readonly progress: SharedArray<'i32'>;
  /** How many messages each producer is to put. */
  readonly count: number;
}

export function createLedger(
  producers: number,
  consumers: number,
  count: number,
  scope: Scope,
): Ledger {
  return {
    taken: new SharedArray('i32', producers * count, { scope }),
    put: new SharedArray('i32', producers, { scope }),
    progress: new SharedArray('i32', consumers + 1, { scope }),
    count,
  };
}

/** A consumer has it. */
export function noteTaken(ledger: Ledger, producer: number, sequence: number): void {
  const before = Atomics.add(ledger.taken.view, producer * ledger.count + sequence, 1);
  check(before === 0, `message ${sequence} of producer ${producer} was delivered twice`);
}

/** A `put` has happened. */
export function notePut(ledger: Ledger, producer: number, sequence: number): void {
  Atomics.store(ledger.put.view, producer, sequence + 1);
}

/**
 * The account at the end: what was put was taken, but for one message for each consumer that died; what was
 * not put was not, but for one for each producer that died, which may have been putting it.
 *
 * @throws Violation naming what is missing, or should not be there.
 */
export function settleAccounts(
  ledger: Ledger,
  killedProducers: readonly boolean[],
  killedConsumers: number,
): void {
  const missing: string[] = [];
  killedProducers.forEach((killed, producer) => {
    const put = Atomics.load(ledger.put.view, producer);
    check(killed || put === ledger.count, `producer ${producer} ended after ${put} messages`);
    for (let sequence = 0; sequence < ledger.count; sequence += 1) {
      const taken = Atomics.load(ledger.taken.view, producer * ledger.count + sequence);
      const name = `message ${sequence} of producer ${producer}`;
      check(taken <= 1, `${name} was delivered ${taken} times`);
      if (sequence < put && taken === 0) missing.push(name);
      const mayBe = sequence < put || (killed && sequence === put);
      check(taken === 0 || mayBe, `${name} was taken, and only ${put} were put`);
    }
  });
  check(
    missing.length <= killedConsumers,
    `lost, with ${killedConsumers} consumers killed: ${missing.join(', ')}`,
  );
}
