import { describe, expect, test } from 'vitest';

import { LockAcquire } from '../../src/protocol/lock/lock-acquire.js';
import { LockRelease } from '../../src/protocol/lock/lock-release.js';
import { SingleDemand } from '../../src/protocol/semaphore/demand.js';
import { SemaphoreAcquire } from '../../src/protocol/semaphore/semaphore-acquire.js';
import { SemaphoreRelease } from '../../src/protocol/semaphore/semaphore-release.js';
import { turnWord } from '../../src/protocol/semaphore/states.js';
import { type Attempt, Progress } from '../../src/waiting/attempt.js';
import type { Party } from '../../src/waiting/party.js';
import { explore } from './explore.js';
import { QueueDemand, queueOf } from './queue-demand.js';
import type { Call } from './setting.js';
import { world } from './world.js';

/*
 * A checker that finds nothing proves nothing: here each protocol has one of its rules taken out, and the
 * checker must find the race by which the README names the rule.
 */

/** Acquires and releases once. */
function party(acquire: () => Attempt, release: () => Attempt, mayLeave?: Call['mayLeave']): Call[] {
  return [
    {
      name: 'acquire',
      begin: acquire,
      mayLeave,
      ended(ending, locals) {
        if (ending !== 'done') return undefined;
        locals['inside'] = 1;
        return 1;
      },
    },
    {
      name: 'begin to release',
      begin: () => ({ step: () => Progress.done }),
      ended(_ending, locals) {
        locals['inside'] = 0;
        return 2;
      },
    },
    { name: 'release', begin: release, ended: () => undefined },
  ];
}

function lockWorld(...scripts: Call[][]): () => unknown {
  const fault = (state: { players: { locals: Record<string, number> }[] }): string | undefined =>
    state.players.filter(({ locals }) => locals['inside'] === 1).length > 1
      ? 'two are inside'
      : undefined;
  return () => explore(world({ words: 1, scripts, fault }));
}

/** Takes permits and keeps them. */
function taker(begin: () => SemaphoreAcquire): Call[] {
  return [{ name: 'acquire', begin, ended: () => undefined }];
}

function giver(...amounts: readonly number[]): Call[] {
  return amounts.map((amount, i) => ({
    name: `release ${amount}`,
    begin: (): Attempt => new SemaphoreRelease(amount),
    ended: () => (i + 1 < amounts.length ? i + 1 : undefined),
  }));
}

describe('the checker finds', () => {
  test('"forgotten sleepers": a woken sleeper takes the lock without a mark', () => {
    class Forgetful extends LockAcquire {
      override slept(suspicious: boolean): void {
        super.slept(suspicious);
        Reflect.set(this, 'queued', false);
      }
    }
    const one = (): Call[] =>
      party(
        () => new Forgetful(0, false),
        () => new LockRelease(0),
      );
    expect(lockWorld(one(), one())).not.toThrow();
    expect(lockWorld(one(), one(), one())).toThrow('cannot finish any more');
  });

  test('a release that looks and stores instead of comparing and swapping', () => {
    class Blind implements Attempt {
      step({ words }: Party): Progress {
        Atomics.store(words, 0, 0);
        return Progress.done;
      }
    }
    const one = (): Call[] =>
      party(
        () => new LockAcquire(0, false),
        () => new Blind(),
      );
    expect(lockWorld(one(), one())).toThrow('cannot finish any more');
  });

  test('an acquire that looks and stores instead of comparing and swapping', () => {
    class Hasty implements Attempt {
      private sawFree = false;
      step({ words, self }: Party): Progress {
        if (this.sawFree) {
          Atomics.store(words, 0, self);
          return Progress.done;
        }
        this.sawFree = Atomics.load(words, 0) === 0;
        return Progress.again;
      }
    }
    const one = (): Call[] =>
      party(
        () => new Hasty(),
        () => new LockRelease(0),
      );
    expect(lockWorld(one(), one())).toThrow('two are inside');
  });

  test('"overtaken release": a woken sleeper does not share what is left', () => {
    class Selfish extends SemaphoreAcquire {
      override step(party: Party): Progress {
        const progress = super.step(party);
        return Reflect.get(this, 'at') === 3 ? Progress.done : progress;
      }
    }
    const scripts = (make: () => SemaphoreAcquire): Call[][] => [
      taker(make),
      taker(make),
      giver(1),
      giver(1),
    ];
    const proper = scripts(() => new SemaphoreAcquire(new SingleDemand(1)));
    expect(() => explore(world({ words: 3, scripts: proper }))).not.toThrow();
    const selfish = scripts(() => new Selfish(new SingleDemand(1)));
    expect(() => explore(world({ words: 3, scripts: selfish }))).toThrow('cannot finish any more');
  });

  test('one who wants several and looks at the turn after the permits', () => {
    class Late extends SemaphoreAcquire {
      private late = false;
      override step(party: Party): Progress {
        if (this.late) {
          this.late = false;
          this.expected = Atomics.load(party.words, turnWord);
          return Progress.park;
        }
        const progress = super.step(party);
        this.late = progress === Progress.park;
        return this.late ? Progress.again : progress;
      }
    }
    const scripts = [taker(() => new Late(new SingleDemand(2))), giver(1), giver(1)];
    expect(() => explore(world({ words: 3, scripts }))).toThrow('cannot finish any more');
  });

  test('"wrong sleeper": a queue whose last task that wanted one has left, and that sleeps on for one', () => {
    class Stale extends QueueDemand {
      override get least(): number {
        return 1;
      }
    }
    const scripts = (make: (a: number, b: number) => QueueDemand): Call[][] => [
      queueOf(2, 0, undefined, make),
      // Gives the two once it has its one.
      [
        { name: 'acquire', begin: () => new SemaphoreAcquire(new SingleDemand(1)), ended: () => 1 },
        { name: 'release 2', begin: () => new SemaphoreRelease(2), ended: () => undefined },
      ],
      giver(1),
    ];
    const proper = scripts((a, b) => new QueueDemand(a, b));
    expect(() => explore(world({ words: 3, scripts: proper }))).not.toThrow();
    const stale = scripts((a, b) => new Stale(a, b));
    expect(() => explore(world({ words: 3, scripts: stale }))).toThrow('cannot finish any more');
  });

  test('a queue that serves nobody before the one who came first', () => {
    class Strict extends QueueDemand {
      override pick(permits: number): number {
        const wanted = this.first === 0 ? this.second : this.first;
        return wanted <= permits ? wanted : 0;
      }
    }
    // Who wants two gets them only after the other of its thread has given back what it took.
    const scripts = (make: (a: number, b: number) => QueueDemand): Call[][] => [
      queueOf(2, 1, undefined, make),
      giver(1),
    ];
    const served = (make: (a: number, b: number) => QueueDemand): (() => unknown) => {
      return () =>
        explore(
          world({
            words: 3,
            scripts: scripts(make),
            fault: ({ words, players }) =>
              players[1]?.status === 'finished' && players[0]?.status === 'asleep' && words[0] !== undefined &&
              (words[0] & 1) === 1
                ? 'a permit is left, and one who wants it sleeps'
                : undefined,
          }),
        );
    };
    expect(served((a, b) => new Strict(a, b))).toThrow('a permit is left');
    expect(served((a, b) => new QueueDemand(a, b))).toThrow('cannot finish any more');
  });

  test('"forgotten sleepers": one who was woken takes its permit without the mark', () => {
    class Forgetful extends SemaphoreAcquire {
      override slept(): void {
        super.slept();
        Reflect.set(this, 'queued', false);
      }
    }
    const scripts = (make: () => SemaphoreAcquire): Call[][] => [
      taker(make),
      taker(make),
      taker(make),
      giver(1, 2),
    ];
    const proper = scripts(() => new SemaphoreAcquire(new SingleDemand(1)));
    expect(() => explore(world({ words: 3, scripts: proper }))).not.toThrow();
    const forgetful = scripts(() => new Forgetful(new SingleDemand(1)));
    expect(() => explore(world({ words: 3, scripts: forgetful }))).toThrow('cannot finish any more');
  });
});
