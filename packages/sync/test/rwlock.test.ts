import { TimeoutError } from '@manycore/core';
import { DeadlockError, RWLock } from '@manycore/sync';
import { repeat, shortDelay, until } from '@manycore/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { mannerOf, manners, scopes, sharedCrew, sharedNumbers } from './support/crew.js';

describe.each(scopes)('RWLock, scope %s', (scope) => {
  const crew = sharedCrew(scope, 8);

  test('many read, or one writes', async () => {
    const lock = new RWLock({ scope });
    const readers = [await lock.read(), lock.readSync()];
    await crew.party(0).tell('hold', lock, 'read', 'blocking');
    expect(lock.tryWrite()).toBeUndefined();
    for (const reader of readers) reader.release();
    expect(lock.tryWrite()).toBeUndefined();
    await crew.party(0).tell('letGo');
    const writer = lock.writeSync();
    expect(lock.tryRead()).toBeUndefined();
    expect(lock.tryWrite()).toBeUndefined();
    await expect(crew.party(0).tell('tryHold', lock, 'tryRead')).resolves.toBe(false);
    await expect(crew.party(0).tell('tryHold', lock, 'tryWrite')).resolves.toBe(false);
    writer.release();
    (await lock.write()).release();
    lock.tryWrite()?.release();
    lock.tryRead()?.release();
  });

  test('timeout and abort hold nothing', async () => {
    const lock = new RWLock({ scope });
    await crew.party(0).tell('hold', lock, 'read', 'async');
    await expect(lock.write({ timeout: 5 })).rejects.toThrow(/not free to write within 5 ms/);
    expect(() => lock.writeSync({ timeout: 5 })).toThrow(TimeoutError);
    const controller = new AbortController();
    const waiting = lock.write({ signal: controller.signal });
    const behind = lock.read();
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    await expect(lock.write({ signal: controller.signal })).rejects.toBe('enough');
    await expect(lock.read({ signal: controller.signal })).rejects.toBe('enough');
    (await behind).release();
    await crew.party(0).tell('letGo');
    const writer = await lock.write({ timeout: 5 });
    await expect(lock.read({ timeout: 5 })).rejects.toThrow('RWLock was not acquired within 5 ms');
    expect(() => lock.readSync({ timeout: 5 })).toThrow(TimeoutError);
    writer.release();
    (await lock.read({ timeout: 0 })).release();
    lock.writeSync({ timeout: 0 }).release();
  });

  test('who waits to write goes before those who come to read', async () => {
    const lock = new RWLock({ scope });
    await crew.party(0).tell('hold', lock, 'read', 'async');
    const writing = crew.party(1).tell('hold', lock, 'write', 'blocking');
    // The writer waits as soon as a reader cannot come in any more.
    await until(() => {
      const guard = lock.tryRead();
      guard?.release();
      return guard === undefined;
    });
    const reading = lock.read();
    // A thread that reads already and blocks is let in: the writer waits for it.
    await expect(crew.party(0).tell('hold', lock, 'read', 'blocking', [], 'second')).resolves.toBe(
      false,
    );
    await crew.party(0).tell('letGo');
    await crew.party(0).tell('letGo', 'second');
    await writing;
    expect(lock.tryRead()).toBeUndefined();
    await crew.party(1).tell('letGo');
    (await reading).release();
  });

  test('blocking for what the thread itself keeps others from is an error', async () => {
    const lock = new RWLock({ scope });
    const reader = await lock.read();
    expect(() => lock.writeSync()).toThrow(DeadlockError);
    reader.release();
    const writer = await lock.write();
    expect(() => lock.readSync()).toThrow(DeadlockError);
    expect(() => lock.writeSync()).toThrow(DeadlockError);
    writer.release();
    lock.writeSync().release();
  });

  describe.each(manners)('%s parties', (manner) => {
    test.each([2, 8])('%i: what readers see is never half written', (size) =>
      repeat(async () => {
        const lock = new RWLock({ scope });
        const { block, words } = sharedNumbers(scope);
        const writes = await crew.each<number>(size, 'readAndWrite', (i) => [
          lock,
          block,
          300,
          mannerOf(manner, i),
        ]);
        expect(words[0]).toBe(writes.reduce((sum, n) => sum + n, 0));
        expect(words[1]).toBe(words[0]);
        lock.tryWrite()?.release();
      })(),
    );

    test('all readers are let in at once', async () => {
      const lock = new RWLock({ scope });
      const writer = lock.writeSync();
      const reading = crew.each(4, 'hold', (i) => [lock, 'read', mannerOf(manner, i)]);
      await sleep(shortDelay / 10);
      writer.release();
      await reading;
      expect(lock.tryWrite()).toBeUndefined();
      await crew.each(4, 'letGo', () => []);
      lock.tryWrite()?.release();
    });
  });
});
