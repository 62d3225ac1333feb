import { describe, expect, test } from 'vitest';

import { LockAcquire } from '../../src/protocol/lock/lock-acquire.js';
import { LockRelease } from '../../src/protocol/lock/lock-release.js';
import { free, isHeld } from '../../src/protocol/lock/states.js';
import { type Attempt, Progress } from '../../src/waiting/attempt.js';
import type { Party } from '../../src/waiting/party.js';
import { explore } from './explore.js';
import type { Call, Setting } from './setting.js';
import { world } from './world.js';

/** The fast path of `acquire`. */
class FastTake implements Attempt {
  step({ words, self }: Party): Progress {
    const seen = Atomics.compareExchange(words, 0, free, self);
    return seen === free ? Progress.done : Progress.notHeld;
  }
}

/** The fast path of `release`. */
class FastRelease implements Attempt {
  step({ words, self }: Party): Progress {
    const seen = Atomics.compareExchange(words, 0, self, free);
    return seen === self ? Progress.done : Progress.notHeld;
  }
}

interface PartyOptions {
  readonly rounds?: number;
  readonly mayLeave?: Call['mayLeave'];
  /** Takes a dead owner's lock over instead of giving up. */
  readonly recovers?: boolean;
  /** Looks after the owner before the first sleep. */
  readonly suspicious?: boolean;
}

/** Takes the lock and gives it back, so many times. */
function party(options: PartyOptions = {}): Call[] {
  const { rounds = 1, mayLeave, recovers = false, suspicious = true } = options;
  const script: Call[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const first = round * 5;
    const next = round + 1 < rounds ? first + 5 : undefined;
    script.push(
      {
        name: 'take',
        begin: () => new FastTake(),
        ended(ending, locals) {
          if (ending !== 'done') return first + 1;
          locals['inside'] = 1;
          return first + 3;
        },
      },
      {
        name: 'acquire',
        begin: () => new LockAcquire(0, suspicious),
        mayLeave,
        ended(ending, locals) {
          if (ending === 'abandoned' && recovers) return first + 2;
          if (ending !== 'done') return next;
          locals['inside'] = 1;
          return first + 3;
        },
      },
      {
        name: 'recover',
        begin: () => new LockAcquire(0, suspicious, true),
        ended(_ending, locals, attempt, facts) {
          locals['inside'] = 1;
          if (attempt instanceof LockAcquire && attempt.recovered) facts['taken over'] = (facts['taken over'] ?? 0) + 1;
          return first + 3;
        },
      },
      {
        name: 'release',
        begin: () => new FastRelease(),
        ended(ending, locals) {
          // What the lock protects is left alone from the first step of the release on.
          locals['inside'] = 0;
          return ending === 'done' ? next : first + 4;
        },
      },
      {
        name: 'release, contended',
        begin: () => new LockRelease(0),
        ended(ending) {
          if (ending !== 'done') throw new Error(`release ended with ${ending}`);
          return next;
        },
      },
    );
  }
  return script;
}

function check(setting: Partial<Setting> & Pick<Setting, 'scripts'>): void {
  const { states } = explore(
    world({
      words: 1,
      hurry: true,
      ...setting,
      facts: { 'taken over': 0, 'died inside': 0 },
      died(locals, facts) {
        if (locals['inside'] === 1) facts['died inside'] = (facts['died inside'] ?? 0) + 1;
      },
      fault({ players }) {
        const inside = players.filter(
          ({ status, locals }) => status !== 'dead' && locals['inside'] === 1,
        );
        return inside.length > 1 ? 'two are inside' : undefined;
      },
      atEnd({ words, deaths }) {
        if (deaths === 0 && isHeld(words[0] ?? 0)) return 'still held at the end';
        return undefined;
      },
    }),
  );
  expect(states).toBeGreaterThan(10);
}

describe('the lock protocol, in every interleaving', () => {
  test('three parties', () => {
    check({ scripts: [party(), party(), party()] });
  });

  test('two parties, three rounds each', () => {
    check({ scripts: [party({ rounds: 3 }), party({ rounds: 3 })] });
  });

  test.each(['timeout', 'abort'] as const)('one of three may leave: %s', (mayLeave) => {
    check({ scripts: [party({ mayLeave }), party(), party()] });
  });

  test('one may die, another takes over', () => {
    check({ deaths: 1, scripts: [party({ recovers: true }), party(), party()] });
  });
});
