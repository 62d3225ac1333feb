import { describe, expect, test } from 'vitest';

import { EventClear, EventSet, LatchCountDown } from '../../src/protocol/signal/signal-change.js';
import { EventWait, LatchWait } from '../../src/protocol/signal/signal-wait.js';
import { valueWord } from '../../src/protocol/signal/states.js';
import type { Attempt } from '../../src/waiting/attempt.js';
import { explore } from './explore.js';
import type { Call, Setting } from './setting.js';
import { world } from './world.js';

function sequence(...begins: readonly (() => Attempt)[]): Call[] {
  return begins.map((begin, i) => ({
    name: `call ${i + 1}`,
    begin,
    ended: () => (i + 1 < begins.length ? i + 1 : undefined),
  }));
}

function leaver(begin: () => Attempt, mayLeave: Call['mayLeave']): Call[] {
  return [{ name: 'wait', begin, mayLeave, ended: () => undefined }];
}

const eventWait = (): Attempt => new EventWait();
const set = (): Attempt => new EventSet();
const clear = (): Attempt => new EventClear();
const latchWait = (): Attempt => new LatchWait();
const countDown = (): Attempt => new LatchCountDown(1);

function check(setting: Partial<Setting> & Pick<Setting, 'scripts'>): void {
  expect(explore(world({ words: 2, ...setting })).states).toBeGreaterThan(10);
}

describe('the signal protocol, in every interleaving', () => {
  test('an event: two wait, one sets; another clears and sets', () => {
    check({ scripts: [sequence(eventWait), sequence(eventWait), sequence(set)] });
    check({ scripts: [sequence(eventWait), sequence(eventWait), sequence(set, clear, set)] });
  });

  test.each(['timeout', 'abort'] as const)('one may leave: %s', (mayLeave) => {
    check({ scripts: [leaver(eventWait, mayLeave), sequence(eventWait), sequence(set)] });
  });

  test('a setter may die: another sets', () => {
    check({
      deaths: 1,
      immortal: [0, 1, 3],
      scripts: [sequence(eventWait), sequence(eventWait), sequence(set), sequence(set)],
    });
  });

  test('a latch of two', () => {
    check({
      prepare(words) {
        words[valueWord] = 2;
      },
      scripts: [sequence(latchWait), sequence(countDown, latchWait), sequence(countDown)],
    });
  });
});
