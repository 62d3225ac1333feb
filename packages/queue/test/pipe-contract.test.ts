import { pipe } from '@manycore/queue';
import { repeat } from '@manycore/testing';
import { afterAll, describe, expect, test } from 'vitest';

import { byProducer } from './support/by-producer.js';
import { Workers } from './support/workers.js';

const count = 300;

describe.each(['threads', 'processes'] as const)('scope %s', (scope) => {
  const workers = new Workers(scope);
  afterAll(() => workers[Symbol.asyncDispose]());

  const modes = [
    ['blocking', 'blocking'],
    ['async', 'async'],
    ['blocking', 'async'],
    ['async', 'blocking'],
  ] as const;

  describe.each(modes)('sent %s, received %s', (sending, receiving) => {
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
    const members = await workers.members(senders + receivers);
    const results = members
      .slice(senders)
      .map((member) => member.tell<number[]>('receive', far, receiving));
    const sent = members
      .slice(0, senders)
      .map((member, i) => member.tell('send', near, i, count, sending, 50, 20_000));
    // They end by themselves when all senders have closed their connections: near is given up here.
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
    'the last words of a sender that goes at once are received, %s',
    repeat(
      async () => {
        const [member] = await workers.members(1);
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
