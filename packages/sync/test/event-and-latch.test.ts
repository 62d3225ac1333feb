import { TimeoutError } from '@manycore/core';
import { Event, Latch } from '@manycore/sync';
import { repeat, shortDelay, until } from '@manycore/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { mannerOf, manners, scopes, sharedCrew, sharedNumbers } from './support/crew.js';

describe.each(scopes)('Event, scope %s', (scope) => {
  const crew = sharedCrew(scope, 8);

  test('is set and cleared', async () => {
    const event = new Event({ scope });
    expect(event.isSet).toBe(false);
    event.set();
    event.set();
    expect(event.isSet).toBe(true);
    await event.wait();
    event.waitSync();
    await expect(crew.party(0).tell('read', event, 'isSet')).resolves.toBe(true);
    event.clear();
    event.clear();
    expect(event.isSet).toBe(false);
    await crew.party(0).tell('invoke', event, 'set', 'plain');
    expect(event.isSet).toBe(true);
  });

  test('timeout and abort end the wait', async () => {
    const event = new Event({ scope });
    await expect(event.wait({ timeout: 5 })).rejects.toThrow('Event was not set within 5 ms');
    expect(() => event.waitSync({ timeout: 5 })).toThrow(TimeoutError);
    await expect(event.wait({ signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
    event.set();
    await event.wait({ timeout: 0 });
    event.waitSync({ timeout: 0 });
  });

  test.each(manners)('set lets all %s parties go, even if it is cleared at once', (manner) =>
    repeat(async () => {
      const event = new Event({ scope });
      const { block, words } = sharedNumbers(scope);
      let gone = 0;
      const waiting = crew.each(8, 'announce', (i) => [block, 0, event, 'wait', mannerOf(manner, i)]);
      void waiting.then(() => (gone += 1));
      await until(() => words[0] === 8);
      await sleep(shortDelay / 5);
      expect(gone).toBe(0);
      event.set();
      // Those that only announced it so far may find it cleared again: they wait for the next.
      event.clear();
      const pulse = setInterval(() => {
        event.set();
        event.clear();
      }, 20);
      await waiting;
      clearInterval(pulse);
      expect(event.isSet).toBe(false);
    })(),
  );

  test('a pulse lets all tasks go that wait', async () => {
    const event = new Event({ scope });
    const waiting = Array.from({ length: 20 }, () => event.wait());
    event.set();
    event.clear();
    await Promise.all(waiting);
  });
});

describe.each(scopes)('Latch, scope %s', (scope) => {
  const crew = sharedCrew(scope, 6);

  test('opens at 0, and stays open', async () => {
    const latch = new Latch(3, { scope });
    await expect(latch.wait({ timeout: 5 })).rejects.toThrow(
      'Latch was not counted down within 5 ms: 3 are missing',
    );
    expect(() => latch.waitSync({ timeout: 5 })).toThrow(TimeoutError);
    latch.countDown(2);
    expect(latch.count).toBe(1);
    await crew.party(0).tell('invoke', latch, 'countDown', 'plain');
    await latch.wait();
    latch.waitSync();
    latch.countDown();
    expect(latch.count).toBe(0);
    await new Latch(0, { scope }).wait();
  });

  test.each(manners)('%s parties go when all have counted down', (manner) =>
    repeat(async () => {
      const latch = new Latch(3, { scope });
      const waiting = [0, 1, 2].map((i) =>
        crew.party(i).tell('invoke', latch, 'wait', mannerOf(manner, i)),
      );
      await Promise.all(
        [3, 4, 5].map((i) => crew.party(i).tell('invoke', latch, 'countDown', 'plain')),
      );
      await Promise.all(waiting);
      expect(latch.count).toBe(0);
    })(),
  );
});
