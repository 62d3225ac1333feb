import { describe, expect, test } from 'vitest';
import { type WorkerKit, outcomeOf } from './kit.js';
import { OrderError, raise, raiseLater, ShapeError, type Thrown } from './thrown.js';

/** What a thrown error is to be like where it arrives; `own` are its enumerable properties, all of them. */
interface Arrival {
  readonly class: abstract new (...args: never[]) => Error;
  readonly name: string;
  readonly message: string;
  readonly own?: Readonly<Record<string, unknown>>;
}

const arrivals: Readonly<Partial<Record<Thrown, Arrival>>> = {
  plain: { class: Error, name: 'Error', message: 'plain' },
  type: { class: TypeError, name: 'TypeError', message: 'type' },
  range: { class: RangeError, name: 'RangeError', message: 'range' },
  syntax: { class: SyntaxError, name: 'SyntaxError', message: 'syntax' },
  empty: { class: Error, name: 'Error', message: '' },
  order: {
    class: OrderError,
    // The class gives itself no name.
    name: 'Error',
    message: 'order 7 failed',
    own: { code: 'E_ORDER', order: { id: 7, items: ['a', 'b'] } },
  },
  shape: { class: ShapeError, name: 'ShapeError', message: 'square', own: { name: 'ShapeError' } },
  local: { class: RangeError, name: 'LocalError', message: 'local', own: { detail: 'd' } },
  renamed: { class: Error, name: 'Other', message: 'renamed', own: { name: 'Other' } },
  system: {
    class: Error,
    name: 'Error',
    message: "ENOENT: no such file or directory, open '/no/such/file'",
    own: { errno: -2, code: 'ENOENT', syscall: 'open', path: '/no/such/file' },
  },
  uncloneable: {
    class: Error,
    name: 'Error',
    message: 'laden',
    own: { good: [1, { two: 2 }], also: 'kept' },
  },
  getter: { class: Error, name: 'Error', message: 'trap', own: { good: 1 } },
};

export function errorContract(kit: WorkerKit): void {
  const thrownBy = async (kind: Thrown): Promise<unknown> => {
    const { threw, exitCode } = await outcomeOf(kit, raise, kind);
    expect(exitCode).toBe(1);
    return threw;
  };

  describe('what the target throws arrives', () => {
    test.each(Object.entries(arrivals) as [Thrown, Arrival][])('error: %s', async (kind, arrival) => {
      const error = (await thrownBy(kind)) as Error;
      expect(error).toBeInstanceOf(arrival.class);
      expect(Object.getPrototypeOf(error)).toBe(arrival.class.prototype);
      expect(error.name).toBe(arrival.name);
      expect(error.message).toBe(arrival.message);
      expect(Object.entries(error)).toStrictEqual(Object.entries(arrival.own ?? {}));
      // The stack is that of the place where it was made, not of its arrival.
      expect(error.stack).toMatch(/ at .*\braise\b/);
      expect(Object.hasOwn(error, 'cause')).toBe(kind === 'order');
    });

    test('asynchronously thrown, too', async () => {
      const { threw, exitCode } = await outcomeOf(kit, raiseLater, 'range');
      expect(threw).toBeInstanceOf(RangeError);
      expect(exitCode).toBe(1);
    });

    test('a class of its own, with methods; its constructor is not run again', async () => {
      const error = (await thrownBy('order')) as OrderError;
      expect(error.itemCount).toBe(2);
    });

    test('the chain of causes', async () => {
      const error = (await thrownBy('order')) as Error;
      expect(error.cause).toBeInstanceOf(Error);
      expect(error.cause).toMatchObject({ message: 'no stock', cause: 'sold out' });
      expect(Object.keys(error)).not.toContain('cause');
    });

    test('AggregateError with its errors', async () => {
      const error = (await thrownBy('aggregate')) as AggregateError;
      expect(error).toBeInstanceOf(AggregateError);
      expect(error.message).toBe('all');
      const [one, two, three] = error.errors as unknown[];
      expect(one).toBeInstanceOf(RangeError);
      expect(two).toBeInstanceOf(OrderError);
      expect(two).toMatchObject({ order: { id: 1, items: [] } });
      expect(three).toBe('three');
      expect(Object.keys(error)).toEqual([]);
    });

    test('DOMException', async () => {
      const error = (await thrownBy('dom')) as DOMException;
      expect(error).toBeInstanceOf(DOMException);
      expect(error).toMatchObject({ name: 'AbortError', message: 'stopped', code: 20 });
      expect(error.stack).toContain('raise');
    });

    test("Node's own errors", async () => {
      const error = (await thrownBy('internal')) as NodeJS.ErrnoException;
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' });
      expect(error.message).toContain('Received type number (5)');
    });

    test('errors that lead back to themselves', async () => {
      const error = (await thrownBy('cyclic')) as Error & { self: unknown; list: Error[] };
      expect(error.message).toBe('outer');
      expect(error.self).toBe(error);
      expect(error.cause).toBe(error.list[0]);
      expect((error.cause as Error).cause).toBe(error);
    });

    test('properties of all kinds', async () => {
      const error = (await thrownBy('odd')) as Error & { map: unknown; hidden: unknown };
      expect(error.map).toStrictEqual(new Map([[1, new Set([2])]]));
      expect(error.hidden).toBe(1);
      expect(Object.keys(error)).toEqual(['map', '__proto__']);
      expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
    });

    test.each([
      ['string', 'just text'],
      ['undefined', undefined],
      ['null', null],
      ['number', -0],
      ['object', { reason: 'object', at: new Date(0) }],
    ] as const)('what is no error, as it is: %s', async (kind, value) => {
      expect(await thrownBy(kind)).toStrictEqual(value);
    });
  });
}
