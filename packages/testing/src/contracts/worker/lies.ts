import { describe, expect, test } from 'vitest';
import { importNatively } from '../../import-natively.js';
import { type WorkerKit, outcomeOf } from './kit.js';

interface Lies {
  readonly values: Readonly<Record<string, unknown>>;
  readonly errors: Readonly<Record<string, unknown>>;
  readonly thrownKinds: readonly string[];
}

/** The messages of a worker that lies, or whose values throw when read, settle its call and do nothing else. */
export async function lieContract(kit: WorkerKit): Promise<void> {
  const module = new URL('lies.mjs', kit.targets);
  const { values, errors, thrownKinds } = await importNatively<Lies>(module);
  const target = (name: string): { module: URL; name: string } => ({ module, name });
  const fooled = globalThis as { manycoreWasFooled?: boolean; polluted?: boolean };

  const expectUnharmed = (): void => {
    expect(fooled.manycoreWasFooled).toBeUndefined();
    expect(fooled.polluted).toBeUndefined();
    expect(process.exitCode).toBeUndefined();
  };

  describe('a worker that lies', () => {
    test.each(Object.keys(values))('answers with a malformed value: %s', async (value) => {
      for (const outcome of ['returned', 'threw']) {
        const { threw } = await outcomeOf(kit, target('answer'), outcome, value);
        expect(threw).toBeInstanceOf(Error);
        expect(threw).toMatchObject({
          code: expect.stringMatching(/^MANYCORE_(PROTOCOL|UNKNOWN_HANDLE)$/) as string,
        });
      }
      expectUnharmed();
    });

    test.each(Object.keys(errors))('answers with an error %s', async (value) => {
      const { threw } = await outcomeOf(kit, target('answer'), 'threw', value);
      expect(threw).toBeInstanceOf(Error);
      expect((threw as Error).message).toBe('m');
      expectUnharmed();
    });

    test.each([
      'other ids',
      'what is no message',
      'other kinds',
      'idle without being asked',
    ])('posts first: %s', async (what) => {
      expect(await outcomeOf(kit, target('postFirst'), what)).toEqual({ returned: 'honest', exitCode: 0 });
    });

    test('posts first: what is too deep to be read', async () => {
      expect(await outcomeOf(kit, target('postTooDeep'))).toEqual({ returned: 'honest', exitCode: 0 });
    });

    test('answers more than once: the first counts', async () => {
      expect(await outcomeOf(kit, target('answerThrice'))).toMatchObject({ returned: 1 });
    });

    test('answers neither with a result nor with an error', async () => {
      const { threw } = await outcomeOf(kit, target('answerOddly'));
      expect(threw).toMatchObject({ name: 'ProtocolError', code: 'MANYCORE_PROTOCOL' });
    });

    test('closes its channel and goes on', async () => {
      const { threw, exitCode } = await outcomeOf(kit, target('closeChannel'));
      expect(threw).toMatchObject({ code: 'MANYCORE_WORKER_DIED', exitCode: 1 });
      expect(exitCode).toBe(1);
    });
  });

  describe('a class of errors', () => {
    const odd = new URL('not-loaded.mjs', kit.targets);
    const loaded = globalThis as { manycoreLoadedIt?: boolean };
    const raised = (): Promise<unknown> =>
      outcomeOf(kit, { module: odd, name: 'raiseOdd' }).then(({ threw }) => threw);

    test('that the program has not loaded is not loaded for an error, and then is', async () => {
      const error = await raised();
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ name: 'OddError', message: 'odd' });
      expect(loaded.manycoreLoadedIt).toBeUndefined();

      const { OddError } = await importNatively<{ OddError: typeof RangeError }>(odd);
      Reflect.deleteProperty(loaded, 'manycoreLoadedIt');
      expect(await raised()).toBeInstanceOf(OddError);
    });

    test('of an argument is loaded by the worker, since its parent sends it', async () => {
      const { OddError } = await importNatively<{ OddError: typeof RangeError }>(odd);
      Reflect.deleteProperty(loaded, 'manycoreLoadedIt');
      const classOf = { module: new URL('class-of.mjs', kit.targets), name: 'classOf' };
      expect(await outcomeOf(kit, classOf, new OddError('mine'))).toMatchObject({ returned: 'OddError' });
    });
  });

  describe('values that throw when they are read', () => {
    test.each(thrownKinds)('thrown: %s', async (kind) => {
      for (const name of ['raise', 'raiseLater']) {
        const { threw, exitCode } = await outcomeOf(kit, target(name), kind);
        if (kind !== 'an object without a prototype') expect(threw).toBeInstanceOf(Error);
        expect(exitCode).toBe(1);
      }
    });

    test.each(thrownKinds)('returned: %s', async (kind) => {
      const { returned, threw } = await outcomeOf(kit, target('giveBack'), kind);
      if (threw === undefined) expect(returned).toBeDefined();
      else expect(threw).toBeInstanceOf(Error);
    });
  });
}
