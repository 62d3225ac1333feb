import { type Action, type End, ModelOf, ModelWords, type Operation, type Scenario, type Shared } from '@manycore/model';
import { describe, expect, test } from 'vitest';

import { changesWord, firstLease, goneBit, LeaseTable } from './lease-table.js';

const model = new ModelOf('the holders of a pipe');

/** Room for three leases. */
const length = firstLease + 6;
/** Where a sender says by which slot its connection is on its way. */
const sentWord = length;

/** Time stands still. */
function tableOver(memory: ModelWords): LeaseTable {
  return new LeaseTable(memory, length, () => 1);
}

/** The first party has the end. */
function heldByFirst(): Shared {
  const words = new Array<number>(length + 1).fill(0);
  words[firstLease] = 1;
  words[firstLease + 1] = 1;
  return { words, cells: [] };
}

const giveUp: Operation = (memory) => {
  tableOver(memory).remove(firstLease);
  return 'gave it up';
};

const use: Operation = (memory) => {
  return tableOver(memory).add() === undefined ? 'refused' : 'held';
};

const look: Operation = (memory) => (tableOver(memory).gone ? 'gone' : 'there');

const send: Operation = (memory) => {
  const slot = tableOver(memory).send();
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
  return tableOver(memory).receive(slot, 1) === undefined ? 'refused' : 'held';
};

/** What was reported is final: a thread that has the end had it before, and no thread sees it again. */
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
  return model.explore({
    memory: (self, act) => new ModelWords(self, act),
    shared: heldByFirst(),
    parties: programs.map((program) => ({ program, mortal: true })),
    judge,
    ...options,
  });
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
