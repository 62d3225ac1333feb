import { describe, expect, test } from 'vitest';

import { SingleDemand } from '../../src/protocol/semaphore/demand.js';
import { SemaphoreAcquire } from '../../src/protocol/semaphore/semaphore-acquire.js';
import { SemaphoreRelease } from '../../src/protocol/semaphore/semaphore-release.js';
import { permitsMask, permitsWord } from '../../src/protocol/semaphore/states.js';
import { explore } from './explore.js';
import { queueOf } from './queue-demand.js';
import type { Call, Setting } from './setting.js';
import { world } from './world.js';

/** Takes permits, and after that gives back as many, if there are any to take in this script. */
function taker(wanted: number, mayLeave?: Call['mayLeave'], keeps = false): Call[] {
  return [
    {
      name: `acquire ${wanted}`,
      begin: () => new SemaphoreAcquire(new SingleDemand(wanted)),
      mayLeave,
      ended(ending, locals) {
        if (ending !== 'done') return undefined;
        locals['holds'] = wanted;
        return keeps ? undefined : 1;
      },
    },
    {
      name: `release ${wanted}`,
      begin: () => new SemaphoreRelease(wanted),
      ended(_ending, locals) {
        locals['holds'] = 0;
        return undefined;
      },
    },
  ];
}

/** Gives permits that it never took, so many times. */
function giver(...amounts: readonly number[]): Call[] {
  return amounts.map((amount, i) => ({
    name: `release ${amount}`,
    begin: () => new SemaphoreRelease(amount),
    ended: () => (i + 1 < amounts.length ? i + 1 : undefined),
  }));
}

interface Case extends Partial<Setting> {
  readonly scripts: Setting['scripts'];
  /** Permits at first. */
  readonly permits: number;
  /** Permits once everybody has finished and nobody left or died. */
  readonly left?: number;
}

function check({ permits, left, ...setting }: Case): void {
  const { states } = explore(
    world({
      words: 3,
      prepare(words) {
        words[permitsWord] = permits;
      },
      ...setting,
      atEnd({ words, deaths }) {
        const found = (words[permitsWord] ?? 0) & permitsMask;
        if (left === undefined || deaths > 0 || found === left) return undefined;
        return `${found} permits are left, not ${left}`;
      },
    }),
  );
  expect(states).toBeGreaterThan(10);
}

describe.each([false, true])('the semaphore protocol, in every interleaving; any order: %s', (anyOrder) => {
  test('three take one of one', () => {
    check({ permits: 1, left: 1, anyOrder, scripts: [taker(1), taker(1), taker(1)] });
  });

  test('two of one each, and three at once, out of three', () => {
    check({ permits: 3, left: 3, anyOrder, scripts: [taker(1), taker(3), taker(1)] });
  });

  test('one waits for two, one for one; two releases of one', () => {
    const scripts = [taker(2), taker(1), giver(1, 1)];
    check({ permits: 0, left: 2, anyOrder, scripts });
  });

  test('two releases at once, for two who keep what they got', () => {
    const scripts = [taker(1, undefined, true), taker(1, undefined, true), giver(1), giver(1)];
    check({ permits: 0, left: 0, anyOrder, scripts });
  });

  test.each(['timeout', 'abort'] as const)('one may leave: %s', (mayLeave) => {
    check({ permits: 0, left: 2, anyOrder, scripts: [taker(1, mayLeave), taker(1), giver(1, 1)] });
    check({ permits: 0, left: 2, anyOrder, scripts: [taker(2, mayLeave), taker(1), giver(2)] });
    check({ permits: 0, left: 2, anyOrder, scripts: [taker(1, mayLeave), taker(2), giver(2)] });
  });
});

describe.each([false, true])('threads in which several tasks wait; any order: %s', (anyOrder) => {
  test.each([
    ['one wants one, one wants two', [1, 2]],
    ['both want two', [2, 2]],
    ['the same, the other way round', [2, 1]],
  ] as const)('%s, beside another thread', (_, [first, second]) => {
    for (const wanted of [1, 2]) {
      const all = first + second + wanted;
      const scripts = [queueOf(first, second), taker(wanted, undefined, true), giver(1, all - 1)];
      check({ permits: 0, anyOrder, left: 0, scripts });
    }
  });

  test('two such threads', () => {
    const scripts = [queueOf(2, 1), queueOf(1, 2), giver(2, 2, 2)];
    check({ permits: 0, anyOrder, left: 0, scripts });
  });

  test.each([
    ['the one who wants one leaves', [1, 2], [0, 2]],
    ['one who wants one joins', [2, 0], [2, 1]],
    ['all leave', [1, 0], [0, 0]],
  ] as const)('%s while the attempt sleeps, or is woken', (_, [first, second], to) => {
    const scripts = [queueOf(first, second, { to }), taker(1, undefined, true), giver(1, 3)];
    check({ permits: 0, anyOrder, scripts });
  });

  test('another thread leaves', () => {
    for (const mayLeave of ['timeout', 'abort'] as const) {
      check({ permits: 0, anyOrder, scripts: [queueOf(2, 1), taker(1, mayLeave, true), giver(1, 2, 1)] });
      check({ permits: 0, anyOrder, scripts: [queueOf(1, 2), taker(2, mayLeave, true), giver(2, 1, 2)] });
    }
  });
});

describe('the semaphore protocol with a death at every step', () => {
  test.each([
    ['of one who wants one', [taker(1), taker(1), giver(1, 1, 1)]],
    ['of one who wants two', [taker(2), taker(1), giver(2, 1, 1)]],
  ] as const)('%s', (_, scripts) => {
    // Enough permits come for all to finish even if one dies with what it took. The giver must live.
    check({ permits: 0, deaths: 1, scripts: scripts.map((script) => [...script]), immortal: [2] });
  });

  test('of a thread in which several wait', () => {
    const scripts = [queueOf(1, 2), taker(1), giver(1, 2, 1)];
    check({ permits: 0, deaths: 1, scripts, immortal: [2] });
  });

  test('of a releaser, for a thread in which several wait', () => {
    check({ permits: 0, deaths: 1, scripts: [queueOf(2, 1), giver(2), giver(2, 1)], immortal: [0, 2] });
  });

  test('of a releaser: what it had given is found', () => {
    check({ permits: 0, deaths: 1, scripts: [taker(1), taker(1), giver(1), giver(1, 1)], immortal: [0, 1, 3] });
    check({ permits: 0, deaths: 1, scripts: [taker(2), giver(2), giver(2)], immortal: [0, 2] });
  });
});
