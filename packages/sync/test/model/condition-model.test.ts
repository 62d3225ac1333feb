import { describe, expect, test } from 'vitest';

import { ConditionEnlist } from '../../src/protocol/condition/condition-enlist.js';
import { ConditionNotify } from '../../src/protocol/condition/condition-notify.js';
import { ConditionSettle } from '../../src/protocol/condition/condition-settle.js';
import { ConditionSleep } from '../../src/protocol/condition/condition-sleep.js';
import { LockAcquire } from '../../src/protocol/lock/lock-acquire.js';
import { LockRelease } from '../../src/protocol/lock/lock-release.js';
import { explore } from './explore.js';
import type { Call, Setting } from './setting.js';
import { world } from './world.js';

/** The lock is word 0, the condition begins after it. */
const base = 1;

interface WaiterOptions {
  readonly mayLeave?: Call['mayLeave'];
  /** Notifies another when it was notified itself. */
  readonly handsOn?: boolean;
  /** Waits until the fact `ready` is true, as one should; otherwise returns when notified. */
  readonly forReady?: boolean;
}

const names = ['acquire', 'enlist', 'let go', 'sleep', 'reacquire', 'settle', 'pass on', 'release'];
const [acquire, enlist, letGo, sleep, reacquire, settle, passOn, release] = [0, 1, 2, 3, 4, 5, 6, 7];

/** As `Condition.wait` does it, from acquiring the lock to releasing it. */
function waiter(options: WaiterOptions = {}): Call[] {
  const { mayLeave, forReady = false, handsOn = false } = options;
  const calls: Omit<Call, 'name'>[] = [];
  calls[acquire] = {
    begin: () => new LockAcquire(0, false),
    ended: (ending, _locals, _attempt, facts) => {
      if (ending !== 'done') return undefined;
      return forReady && facts['ready'] === 1 ? release : enlist;
    },
  };
  calls[enlist] = {
    begin: () => new ConditionEnlist(base),
    ended(_ending, locals, attempt, facts) {
      if (!(attempt instanceof ConditionEnlist)) throw new Error('not an enlistment');
      locals['ticket'] = attempt.ticket;
      facts['waiting'] = (facts['waiting'] ?? 0) + 1;
      return letGo;
    },
  };
  calls[letGo] = { begin: () => new LockRelease(0), ended: () => sleep };
  calls[sleep] = {
    begin: (_self, { ticket = 0 }) => new ConditionSleep(base, ticket),
    mayLeave,
    ended(ending, locals) {
      if (ending !== 'done') locals['leaving'] = ending === 'aborted' ? 2 : 1;
      return reacquire;
    },
  };
  calls[reacquire] = {
    begin: () => new LockAcquire(0, false),
    ended: (ending) => (ending === 'done' ? settle : undefined),
  };
  calls[settle] = {
    begin: (_self, { ticket = 0, leaving = 0 }) => new ConditionSettle(base, ticket, leaving > 0),
    ended(_ending, locals, attempt, facts) {
      if (!(attempt instanceof ConditionSettle)) throw new Error('not a settlement');
      const leaving = locals['leaving'] ?? 0;
      if (!attempt.notified && leaving === 0) return letGo;
      // Aborted: what was meant for it goes to another.
      if (attempt.notified && leaving === 2) return passOn;
      if (attempt.notified) {
        facts['notified'] = (facts['notified'] ?? 0) + 1;
        locals['notified'] = 1;
        if (handsOn) return passOn;
      }
      if (leaving > 0) return release;
      return forReady && facts['ready'] !== 1 ? enlist : release;
    },
  };
  calls[passOn] = {
    begin: () => new ConditionNotify(base, 1),
    ended(_ending, _locals, _attempt, facts) {
      if (handsOn) facts['given'] = (facts['given'] ?? 0) + 1;
      return release;
    },
  };
  calls[release] = { begin: () => new LockRelease(0), ended: () => undefined };
  return calls.map((call, i) => ({ name: names[i] ?? '', ...call }));
}

/** Sets `ready` and notifies as many as `most`, so many times; `after` so many wait. */
function notifier(most: number, { times = 1, after = 0 } = {}): Call[] {
  const calls: Call[] = [];
  for (let round = 0; round < times; round += 1) {
    const first = round * 3;
    calls.push(
      {
        name: 'acquire',
        begin: () => new LockAcquire(0, false),
        ended(ending, _locals, _attempt, facts) {
          if (ending !== 'done') return undefined;
          if ((facts['waiting'] ?? 0) < after) return first + 2;
          facts['ready'] = 1;
          return first + 1;
        },
      },
      {
        name: `notify ${most}`,
        begin: () => new ConditionNotify(base, most),
        ended(_ending, locals, _attempt, facts) {
          facts['given'] = (facts['given'] ?? 0) + most;
          locals['round'] = round + 1;
          return first + 2;
        },
      },
      {
        name: 'release',
        begin: () => new LockRelease(0),
        ended: (_ending, locals) => {
          if ((locals['round'] ?? 0) <= round) return first;
          return round + 1 < times ? first + 3 : undefined;
        },
      },
    );
  }
  return calls;
}

function check(setting: Partial<Setting> & Pick<Setting, 'scripts'>): void {
  const { states } = explore(
    world({
      words: 5,
      facts: { ready: 0, waiting: 0, notified: 0, given: 0 },
      fault({ facts, deaths }) {
        const { notified = 0, given = 0 } = facts;
        return deaths === 0 && notified > given ? `${notified} went, ${given} notified` : undefined;
      },
      ...setting,
    }),
  );
  expect(states).toBeGreaterThan(10);
}

describe('the condition protocol, in every interleaving', () => {
  test('two wait for a fact, one notifies all', () => {
    check({ scripts: [waiter({ forReady: true }), waiter({ forReady: true }), notifier(2)] });
  });

  test('two wait, and are notified one by one: exactly one goes each time', () => {
    check({ scripts: [waiter(), waiter(), notifier(1, { times: 2, after: 2 })] });
  });

  test.each(['timeout', 'abort'] as const)('one of two may leave: %s', (mayLeave) => {
    // One notice for two, who hand it on: if the one who leaves had it, the other gets it all the same.
    check({
      scripts: [
        waiter({ mayLeave, handsOn: true }),
        waiter({ handsOn: true }),
        notifier(1, { after: 2 }),
      ],
    });
  });

  test('a waiter may die: the other gets its notice', () => {
    check({
      deaths: 1,
      immortal: [1, 2],
      // From when it waits until it has taken the notice: then that is its own.
      mortal: (locals) => locals['ticket'] !== undefined && locals['notified'] !== 1,
      scripts: [waiter({ handsOn: true }), waiter({ handsOn: true }), notifier(1, { after: 2 })],
    });
  });

  test('the notifier may die: those who wait learn it, or have been notified', () => {
    check({
      deaths: 1,
      immortal: [0],
      scripts: [waiter({ forReady: true }), notifier(1), notifier(1)],
    });
  });
});
