import { type Action, ModelOf } from '@manycore/model';
import type * as Model from '@manycore/model';
import { describe, expect, test } from 'vitest';

import * as at from './layout.js';
import * as party from '../../test/support/ring-model.js';
import { firstWithParts, isPrivate, message, type Message, type Setting, sharedOf } from '../../test/support/ring-model.js';

type Scenario = Model.Scenario<party.RingModelMemory>;
type Member = Parameters<typeof party.judge>[1][number] & Scenario['parties'][number];

const model = new ModelOf('the ring');

function producer(messages: readonly Message[], setting?: Setting): Member {
  return { puts: messages, program: messages.map((next) => party.put(next, setting)) };
}

function consumer(count: number, setting?: Setting): Member {
  return { takes: true, program: Array.from({ length: count }, () => party.take(setting)) };
}

function check(members: readonly Member[], options: Partial<Scenario> & Setting = {}): number {
  return model.explore<party.RingModelMemory>({
    memory: (self, act) => new party.RingModelMemory(self, act),
    shared: sharedOf(),
    parties: members.map((member) => ({ mortal: true, ...member })),
    isPrivate,
    judge: (end) => party.judge(end, members, options),
    ...options,
  });
}

describe.each([0, 1])('with %i deaths', (deaths) => {
  test('one producer, one consumer: every order', () => {
    const sent = [1, 2, 3, 4].map((id) => message(id));
    check([producer(sent), consumer(4)], { deaths });
  });

  test('room for one message at a time: every order', () => {
    const one = { maxSize: 1 };
    check([producer([message(1), message(2)], one), consumer(2, one)], { deaths, ...one });
  });

  test('two producers, one consumer', () => {
    const members = [
      producer([message(1, 2), message(2, 2)]),
      producer([message(3, 2)]),
      consumer(3),
    ];
    check(members, { deaths, interruptions: 2 - deaths });
  });

  test('one producer, two consumers', () => {
    const members = [producer([message(1), message(2)]), consumer(1), consumer(1)];
    check(members, { deaths, interruptions: 2 - deaths });
  });

  test('a message larger than the ring', () => {
    const members = [producer([message(1, 7), message(2)]), consumer(2)];
    check(members, { deaths, interruptions: 2 - deaths });
  });

  test('a large message beside a small one of another producer', () => {
    const members = [producer([message(1, 4)]), producer([message(2)]), consumer(2)];
    check(members, { deaths, interruptions: 2 - deaths });
  });

  test('a large message and two consumers', () => {
    const members = [producer([message(1, 4), message(2)]), consumer(1), consumer(1)];
    check(members, { deaths, interruptions: 2 - deaths });
  });

  test('a large message, given back in its middle', () => {
    const fickle: Member = { takes: true, program: [party.takeFickly(), party.take()], timeouts: 1 };
    check([producer([message(1, 7), message(2)]), fickle], { deaths, interruptions: 2 - deaths });
  });

  test('a large message, given back while another waits for it', () => {
    const fickle: Member = { takes: true, program: [party.takeFickly()], timeouts: 1 };
    const members = [producer([message(1, 4), message(2)]), fickle, consumer(1)];
    check(members, { deaths, interruptions: 1 - deaths });
  });

  test('a large message that its producer gives up', () => {
    const large = message(1, 7);
    const small = message(2);
    const impatient: Member = {
      puts: [large, small],
      program: [party.putImpatiently(large), party.put(small)],
      timeouts: 1,
    };
    check([impatient, consumer(1)], { deaths, interruptions: 2 - deaths });
  });

  test('closed while some put and some take', () => {
    const closing: Member = { program: [party.close()] };
    const members = [producer([message(1), message(2)]), consumer(3), closing];
    check(members, { deaths, interruptions: 2 - deaths });
  });

  test('closed while two consumers sleep', () => {
    const closing: Member = { program: [party.close()] };
    const members = [consumer(1), consumer(1), closing];
    check(members, { deaths, interruptions: 2 - deaths });
  });

  test('two producers sleep for room', () => {
    const members = [producer([message(1, 2), message(2, 2)]), producer([message(3, 2)]), consumer(1)];
    check(members, { deaths, interruptions: 2 - deaths });
  });

  test('closed at once while some put and some take', () => {
    const closing: Member = { program: [party.close({}, true)] };
    const members = [producer([message(1), message(2)]), consumer(3), closing];
    check(members, { deaths, interruptions: 2 - deaths });
  });

  test('closed at once while a large message passes', () => {
    const closing: Member = { program: [party.close({}, true)] };
    const members = [producer([message(1, 4)]), consumer(2), closing];
    check(members, { deaths, interruptions: 2 - deaths });
  });

  test('parts that come late: every order', () => {
    const bringing: Member = { program: [party.bringParts()] };
    check([producer([message(firstWithParts), message(2)]), consumer(2), bringing], { deaths: 0 });
  });

  test('a large message with parts, and two consumers', () => {
    const bringing: Member = { program: [party.bringParts()] };
    const members = [producer([message(firstWithParts, 4)]), consumer(1), consumer(1), bringing];
    check(members, { deaths: 0, interruptions: 1 });
  });

  test('closed while a large message passes', () => {
    const closing: Member = { program: [party.close()] };
    const members = [producer([message(1, 4)]), consumer(2), closing];
    check(members, { deaths, interruptions: 2 - deaths });
  });
});

describe('the checker sees it when', () => {
  function fails(members: readonly Member[], options: Partial<Scenario>, what: RegExp): void {
    expect(() => check(members, { interruptions: 2, ...options })).toThrow(what);
  }

  test('a wake-up is forgotten', () => {
    const sabotage = (action: Action): boolean => action.name === 'wake';
    fails([producer([message(1)]), consumer(1)], { sabotage }, /sleeps beside a message/);
  });

  test('a consumer that leaves does not pass the end on', () => {
    const members = [consumer(1), consumer(1), { program: [party.close()] }];
    const isLast = (action: Action, by: number): boolean => action.name === 'exchange' && action.word === at.items && by < 2;
    fails(members, { sabotage: isLast, interruptions: 3 }, /sleeps beside a closed ring/);
  });

  test('a wake-up for a second message is not passed on', () => {
    // Only producers wake sleepers for messages.
    const sabotage = (action: Action, by: number): boolean =>
      action.name === 'wake' && action.word === at.items && by > 0;
    const members = [producer([message(1), message(2)]), consumer(1), consumer(1)];
    fails(members, { sabotage }, /sleeps beside a message/);
  });

  test('no consumer is woken when parts come', () => {
    const sabotage = (action: Action): boolean => action.name === 'wake' && action.word === at.parts;
    const bringing: Member = { program: [party.bringParts()] };
    fails(
      [producer([message(firstWithParts)]), consumer(1), bringing],
      { sabotage },
      /sleeps beside a message/,
    );
  });

  test('two producers write at the same time', () => {
    // The mutex always looks free.
    const sabotage = (action: Action): boolean =>
      action.name === 'swap' && action.word === at.producerMutex;
    fails([producer([message(1)]), producer([message(2)]), consumer(2)], { sabotage }, /./);
  });

  test('a dead consumer is not repaired', () => {
    const sabotage = (action: Action): boolean => action.name === 'alive';
    const asIfAlive = (action: Action): number => (sabotage(action) ? 1 : 0);
    fails(
      [producer([message(1)]), consumer(1), consumer(1)],
      { deaths: 1, sabotage, sabotaged: asIfAlive },
      /sleeps beside a message/,
    );
  });

  test('a dead owner leaves its mutex marked as kept', () => {
    const sabotage = (action: Action): boolean =>
      action.name === 'store' && action.word === at.producerKept && action.value === 0;
    fails([producer([message(1, 7)]), consumer(1)], { sabotage }, /kept, and free/);
  });
});
