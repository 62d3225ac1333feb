import { pipe } from '@manycore/queue';
import { repeat } from '@manycore/testing';
import { afterAll, describe, expect, test } from 'vitest';

import { byProducer } from './support/by-producer.js';
import { Crew } from './support/crew.js';

const count = 300;

describe.each(['threads', 'processes'] as const)('scope %s', (scope) => {
  const crew = new Crew(scope);
  afterAll(() => crew[Symbol.asyncDispose]());

  const manners = [
    ['blocking', 'blocking'],
    ['async', 'async'],
    ['blocking', 'async'],
    ['async', 'blocking'],
  ] as const;

  describe.each(manners)('sent %s, received %s', (sending, receiving) => {
    test.each([
      [1, 1, 64 * 1024],
      [3, 3, 16 * 1024],
      [2, 2, 1024],
    ])(
      '%i senders, %i receivers, %i bytes: everything arrives once, and in order',
      (senders, receivers, capacity) =>
        repeat(() => pass(senders, receivers, capacity, sending, receiving), { times: 1 })(),
    );
  });

  async function pass(
    senders: number,
    receivers: number,
    capacity: number,
    sending: string,
    receiving: string,
  ): Promise<void> {
    const [far, near] = pipe({ scope, capacity, duplex: false });
    const members = await crew.members(senders + receivers);
    const results = members
      .slice(senders)
      .map((member) => member.tell<number[]>('receive', far, receiving));
    const sent = members
      .slice(0, senders)
      .map((member, i) => member.tell('send', near, i, count, sending, 50, 20_000));
    // They end by themselves when all who could send have closed their connections: near is given up here.
    // Together: one that fails would leave the others waiting.
    const [taken] = await Promise.all([Promise.all(results), Promise.all(sent)]);

    for (const list of taken) {
      for (const indices of byProducer(list, senders)) {
        expect(indices).toEqual(indices.toSorted((a, b) => a - b));
      }
    }
    const all = Array.from({ length: count }, (_, i) => i);
    for (const indices of byProducer(taken.flat(), senders)) {
      expect(indices.toSorted((a, b) => a - b)).toEqual(all);
    }
  }

  test.each(['blocking', 'async'])(
    'the last words of one who goes at once are heard, %s',
    repeat(
      async () => {
        const [member] = await crew.members(1);
        const [here, there] = pipe<number>({ scope });
        const saying = member?.tell('sayAndGo', there);
        const heard: unknown[] = [];
        for (let last: unknown; last === undefined; ) {
          await here.recv().then(
            (value) => heard.push(value),
            (reason: unknown) => {
              last = reason;
            },
          );
        }
        await saying;
        expect(heard).toEqual([1, 2]);
      },
      { times: 20 },
    ),
  );
});
