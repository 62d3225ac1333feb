import { type Action, deep, ModelOf, ModelWords, type Operation, type Scenario } from '@manycore/model';
import { describe, expect, test } from 'vitest';

import { AtomicView } from '../../words.js';
import * as lease from './lease.js';

const model = new ModelOf('the lease of a block');

/** Behind the lease: how many messages that hold the block are in flight, as their channel knows. */
const channel = lease.leaseWords;
/** Of the block that the model sends. */
const generation = 0;

const change = (memory: ModelWords, word: number, by: number): number => {
  for (;;) {
    const before = memory.load(word);
    if (before + by < 0) return before;
    if (memory.compareExchange(word, before, before + by) === before) return before;
  }
};

/** Sends a message; the sender holds the block. */
const send: Operation = (memory) => {
  lease.noteSent(memory);
  change(memory, channel, 1);
  return 'sent';
};

/** Takes a message if there is one, uses the block, sends it on if told to, and drops it. */
const receive =
  (passOn: boolean): Operation =>
  (memory) => {
    if (change(memory, channel, -1) === 0) return 'nothing';
    const place = lease.attach(memory, generation);
    if (place === undefined) return 'lost';
    if (passOn) send(memory);
    // The memory must still be that of the block when its holder is done with it.
    const state = memory.load(0);
    lease.release(memory, place);
    return state === 0 || state === 1 ? 'used' : 'taken away';
  };

const reclaim: Operation = (memory) => (lease.reclaim(memory) ? 'reclaimed' : 'kept');

/** `DEEP=1` interrupts a party any number of times. */
const interruptions = deep ? Infinity : 4;

interface Expected {
  readonly sabotage?: (action: Action, party: number) => boolean;
  readonly sabotaged?: (action: Action) => number;
  readonly deaths?: number;
}

/** The allocator sends the block, drops it, and looks again and again; others receive it. */
function check(members: readonly (readonly Operation[])[], options: Expected = {}): number {
  const scenario: Scenario = {
    memory: (self, act) => new ModelWords(self, act),
    shared: { words: new Array<number>(channel + 1).fill(0), cells: [] },
    parties: members.map((program, index) => ({ program, mortal: index > 0 })),
    deaths: options.deaths ?? 0,
    interruptions,
    judge: ({ logs, shared, fates }) => {
      const all = logs.flat();
      expect(all).not.toContain('lost');
      expect(all).not.toContain('taken away');
      // Nothing is in flight, all holders are gone or dead: the memory can be taken back.
      const isLeft = fates.includes('dead') || shared.words[channel] !== 0;
      if (isLeft || all.includes('reclaimed')) return;
      const words = new AtomicView(Int32Array.from(shared.words));
      const isFree = lease.reclaim(
        Object.assign(words, { self: 1, alive: () => false, notify: () => 0 }),
      );
      expect(isFree).toBe(true);
    },
    ...options,
  };
  return model.explore(scenario);
}

describe.each([0, 1])('the lease of a block, with %i deaths', (deaths) => {
  test('one receiver, every order', () => {
    expect(check([[send, reclaim, reclaim], [receive(false)]], { deaths })).toBeGreaterThan(50);
  });

  test('a receiver that passes the block on, every order', () => {
    const members = [[send, reclaim, reclaim], [receive(true)], [receive(false)]];
    expect(check(members, { deaths })).toBeGreaterThan(500);
  });

  test('two messages, two receivers, every order', () => {
    const members = [[send, send, reclaim], [receive(false)], [receive(false)]];
    expect(check(members, { deaths })).toBeGreaterThan(500);
  });
});

describe('each rule of the lease is needed', () => {
  const passingOn = [[send, reclaim, reclaim], [receive(true)], [receive(false)]];

  test('a receiver writes itself down', () => {
    const sabotage = (action: Action, party: number): boolean =>
      party > 0 && action.name === 'swap' && action.word >= 4 && action.word < channel;
    expect(() => check(passingOn, { sabotage, sabotaged: () => 0 })).toThrow();
  });

  test('a sender counts', () => {
    const sabotage = (action: Action): boolean => action.name === 'add' && action.word === 1;
    expect(() => check(passingOn, { sabotage })).toThrow();
  });

  test('the allocator gives way to a receiver that came while it looked', () => {
    // The receiver's swap of the state seems to succeed, and changes nothing.
    const sabotage = (action: Action, party: number): boolean =>
      party > 0 && action.name === 'swap' && action.word === 0;
    const sabotaged = (action: Action): number => (action.name === 'swap' ? action.expected : 0);
    expect(() => check(passingOn, { sabotage, sabotaged })).toThrow();
  });
});
