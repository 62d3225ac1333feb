import { PreparedWait, waitSync, type WaitSource } from '@manycore/memory/internal';
import { type Action, type End, ModelOf, type Operation as Step, type Party, type Scenario, type Shared } from '@manycore/model';
import { expect, test } from 'vitest';

import * as at from '../ring/layout.js';
import { actOn, announcedOf, follow, isPrivate, message, ringOver, RingModelMemory, sharedOf } from '../../test/support/ring-model.js';
import { closed, done } from '../store.js';
import { Claims, UnfinishedCount } from './unfinished-count.js';

const model = new ModelOf('the unfinished count');

type Operation = Step<RingModelMemory>;

/** The claims lie behind the ring: an account for each of four parties. */
const claimsWords = 8;

const claimsOver = (memory: RingModelMemory): Claims => new Claims(memory, at.ringHeaderWords, claimsWords);

const countOver = (memory: RingModelMemory): UnfinishedCount =>
  new UnfinishedCount(memory, ringOver(memory), claimsOver(memory));

/** A ring with so many messages that were put before the parties begin. */
function filled(messages: number): Shared {
  const shared = sharedOf(claimsWords);
  const ring = ringOver(new RingModelMemory(9, actOn(shared)));
  for (let id = 1; id <= messages; id += 1) expect(ring.producer.tryPush(message(id))).toBe(done);
  return shared;
}

/** Takes a message and finishes it. */
const work: Operation = (memory) => {
  const claims = claimsOver(memory);
  const ring = ringOver(memory, {}, () => claims.add(1));
  if (follow(ring, memory, () => ring.consumer.tryPop()) === closed) return 'closed';
  const id = ring.consumer.message().kind;
  new UnfinishedCount(memory, ring, claims).finishOne();
  return `finished ${id}`;
};

/** Finishes what another party takes: its claims become negative. */
const finishForAnother: Operation = (memory) => {
  countOver(memory).finishOne();
  return 'finished another';
};

/** Waits until everything is finished: how many it says were lost. */
const join: Operation = (memory) => {
  const ring = ringOver(memory);
  const count = countOver(memory);
  const lostBefore = count.lost;
  const source: WaitSource = {
    prepareWait: (word) => ring.prepareWait(word),
    passOn: (word) => ring.passOn(word),
    rescue: () => {
      ring.rescue();
      count.giveUpLost();
    },
  };
  const attempt: PreparedWait = new PreparedWait(source, () => {
    memory.checkpoint(JSON.stringify([lostBefore, Reflect.get(attempt, 'prepared'), announcedOf(attempt)]));
    return count.unfinished <= 0 ? done : at.joined;
  });
  waitSync(attempt, memory, Infinity);
  return `joined, ${count.lost - lostBefore} of ${lostBefore === 0 ? 'all' : 'the later'} lost`;
};

/** Everything is finished or lost, each message once, and every join says how many were lost. */
function judge({ logs, fates, shared }: End, messages: number): void {
  const describe = JSON.stringify({ logs, fates, finished: shared.words[at.finished], lost: shared.words[at.lost] });
  const [finished = 0, lost = 0] = [shared.words[at.finished], shared.words[at.lost]];
  const deaths = fates.filter((fate) => fate === 'dead').length;
  const joins = logs.flat().filter((event) => event.startsWith('joined'));
  expect(lost, `more is lost than the dead had in hand: ${describe}`).toBeLessThanOrEqual(deaths);
  const reported = logs.flat().filter((event) => event.startsWith('finished')).length;
  expect(reported + lost, `lost, and yet finished: ${describe}`).toBeLessThanOrEqual(messages);
  if (joins.length > 0) expect(finished, `joined too early: ${describe}`).toBe(messages);
  for (const event of joins) {
    if (event.endsWith('of all lost')) expect(event, `not told: ${describe}`).toBe(`joined, ${lost} of all lost`);
  }
  if (finished === messages) expect(fates, `a join sleeps on: ${describe}`).not.toContain('asleep');
}

function check(messages: number, parties: readonly Party<RingModelMemory>[], options: Partial<Scenario<RingModelMemory>> = {}): number {
  return model.explore<RingModelMemory>({
    memory: (self, act) => new RingModelMemory(self, act),
    shared: filled(messages),
    parties,
    isPrivate,
    judge: (end) => judge(end, messages),
    ...options,
  });
}

const party = (...program: Operation[]): Party<RingModelMemory> => ({ program });
const mortal = (...program: Operation[]): Party<RingModelMemory> => ({ program, mortal: true });

test('one works, one joins: every order', () => {
  check(2, [party(join), party(work, work)]);
});

test('two work, two join', () => {
  check(2, [party(join), party(join), party(work), party(work)], { interruptions: 1 });
});

test('a party finishes what another takes', () => {
  check(1, [party(join), party(finishForAnother)]);
});

test('a consumer dies at any step: the join ends, and says what was lost', () => {
  check(1, [party(join), mortal(work)], { deaths: 1 });
});

test('all that join are told what was lost', () => {
  // A slice of a sleep may pass at any moment, also while another join gives the value up.
  const joining = { program: [join], timeouts: 1 };
  check(1, [joining, joining, mortal(work)], { deaths: 1, interruptions: 1 });
});

test('a value is finished while one looks for losses: the other join is told of none', () => {
  const joining = { program: [join], timeouts: 1 };
  check(1, [joining, joining, party(work)], { interruptions: 2 });
});

test('a dead consumer, and one that still works', () => {
  check(2, [party(join), mortal(work), party(work)], { deaths: 1, interruptions: 2 });
});

/*
 * A checker that finds nothing proves nothing: here the protocol has one of its rules taken out, and the checker
 * must find the race by which the README names the rule.
 */
test('finds a take that is claimed after it counts', () => {
  const late: Operation = (memory) => {
    const ring = ringOver(memory);
    follow(ring, memory, () => ring.consumer.tryPop());
    const claims = claimsOver(memory);
    claims.add(1);
    new UnfinishedCount(memory, ring, claims).finishOne();
    return 'finished late';
  };
  // Another consumer's death lets the join look for losses.
  const members = [party(join), party(late), mortal(work)];
  expect(() => check(2, members, { deaths: 1, interruptions: 3 })).toThrow();
});

test('finds a finish that releases its claim before it counts', () => {
  const early: Operation = (memory) => {
    const claims = claimsOver(memory);
    const ring = ringOver(memory, {}, () => claims.add(1));
    follow(ring, memory, () => ring.consumer.tryPop());
    claims.add(-1);
    new UnfinishedCount(memory, ring, { add: () => undefined } as unknown as Claims).finishOne();
    return 'finished early';
  };
  const members = [party(join), party(early), mortal(work)];
  expect(() => check(2, members, { deaths: 1, interruptions: 3 })).toThrow();
});

test('finds "counted twice": two threads count the losses at once', () => {
  const isMutex = (action: Action): boolean => action.name === 'swap' && action.word === at.lossMutex;
  const joining = { program: [join], timeouts: 1 };
  const members = [joining, joining, mortal(work)];
  expect(() => check(1, members, { deaths: 1, interruptions: 1, sabotage: isMutex })).toThrow();
});

test('finds a join that is not woken', () => {
  const sabotage = (action: Action): boolean => action.name === 'wake' && action.word === at.joined;
  expect(() => check(1, [party(join), party(work)], { sabotage })).toThrow('a join sleeps on');
});
