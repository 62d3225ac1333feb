import { describe, expect, test } from 'vitest';

import { changesWord, firstHolder, goneBit, Holders } from '../../src/pipe/holders.js';
import { type End, explore, type Operation, type Scenario } from './explore.js';
import { type Action, type ModelMemory, type Shared, sharedOf } from './model-memory.js';

/** Room for three holders. */
const length = firstHolder + 6;
/** Where a sender says by which slot its connection is on its way. */
const sentWord = 90;

function holdersOver(memory: ModelMemory): Holders {
  return new Holders({
    length,
    self: memory.self,
    // Time stands still.
    now: () => 1,
    alive: (owner) => memory.alive(owner),
    load: (word) => memory.load(word),
    store: (word, value) => memory.store(word, value),
    compareExchange: (word, expected, value) => memory.compareExchange(word, expected, value),
  });
}

/** The first party has the end. */
function heldByFirst(): Shared {
  const shared = sharedOf(1);
  shared.words[firstHolder] = 1;
  shared.words[firstHolder + 1] = 1;
  return shared;
}

const giveUp: Operation = (memory) => {
  holdersOver(memory).remove(firstHolder);
  return 'gave it up';
};

const use: Operation = (memory) => {
  return holdersOver(memory).add() === undefined ? 'refused' : 'held';
};

const look: Operation = (memory) => (holdersOver(memory).gone ? 'gone' : 'there');

const send: Operation = (memory) => {
  const slot = holdersOver(memory).send();
  if (slot === undefined) return 'refused';
  memory.store(sentWord, slot);
  memory.notify(sentWord, Infinity);
  return 'sent';
};

/** Waits for a connection of the first party, and has the end then. */
const receive: Operation = (memory) => {
  let slot = memory.load(sentWord);
  while (slot === 0) {
    if (memory.wait(sentWord, 0, 100) === 'timed-out') return 'nothing came';
    slot = memory.load(sentWord);
  }
  return holdersOver(memory).receive(slot, 1) === undefined ? 'refused' : 'held';
};

/** What was reported is final: a thread that has the end had it before, and nobody sees it again. */
function judge({ logs, fates, shared }: End): void {
  const holding = logs.some((log, i) => log.at(-1) === 'held' && fates[i] !== 'dead');
  const reported = logs.some((log) => log.includes('gone'));
  const describe = (): string => JSON.stringify({ logs, fates });
  if (reported && holding) throw new Error(`came back to life: ${describe()}`);
  for (const log of logs) {
    if (log.includes('gone') && log.lastIndexOf('there') > log.indexOf('gone')) {
      throw new Error(`seen again: ${describe()}`);
    }
  }
  if (reported && ((shared.words[changesWord] ?? 0) & goneBit) === 0) throw new Error('not marked');
}

function check(programs: readonly (readonly Operation[])[], options: Partial<Scenario> = {}): number {
  return explore(
    {
      shared: heldByFirst(),
      parties: programs.map((program) => ({ program, mortal: true })),
      judge,
      ...options,
    },
    2_000_000,
  );
}

describe.each([0, 1])('with %i deaths', (deaths) => {
  test('one gives up the end and uses it again, one looks', () => {
    expect(check([[giveUp, use], [look, look]], { deaths })).toBeGreaterThan(100);
  });

  test('two look, one comes back', () => {
    check([[giveUp, use], [look, look], [look]], { deaths, interruptions: 3 });
  });

  test('two use it while one looks', () => {
    check([[giveUp, use], [look], [use]], { deaths, interruptions: 3 });
  });

  test('it is passed on: until then it is never gone', () => {
    check([[send, giveUp], [receive], [look, look]], {
      deaths,
      interruptions: 3,
      judge: (end) => {
        judge(end);
        if (end.fates.includes('dead')) return;
        if (end.logs.flat().includes('gone')) throw new Error('gone on its way');
        if (end.logs[1]?.[0] !== 'held') throw new Error('did not arrive');
      },
    });
  });

  test('it is sent while another finds it gone', () => {
    check([[giveUp, send], [receive], [look, look]], { deaths: deaths + 1, interruptions: 3 });
  });
});

describe('the checker sees it when', () => {
  const isMark = (action: Action): boolean =>
    action.name === 'swap' && action.word === changesWord && (action.value & goneBit) !== 0;

  test('the end is reported and not marked', () => {
    expect(() =>
      check([[giveUp, use], [look]], {
        sabotage: isMark,
        sabotaged: (action) => (action.name === 'swap' ? action.expected : 0),
      }),
    ).toThrow('came back to life');
  });

  test('changes are not counted', () => {
    // A new holder is not counted, so the look that missed it is believed.
    const sabotage = (action: Action, party: number): boolean =>
      party === 0 && action.name === 'swap' && action.word === changesWord;
    expect(() =>
      check([[giveUp, use], [look]], {
        sabotage,
        sabotaged: (action) => (action.name === 'swap' ? action.expected : 0),
      }),
    ).toThrow('came back to life');
  });
});
