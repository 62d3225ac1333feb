import { describe, expect, test } from 'vitest';
import { type WorkerKit, failureOf, outcomeOf } from './kit.js';
import { add, answerWith, echo, greet, isShared, sumOf, zeros } from './targets.js';

/** Large enough to be sent in many pieces. */
const megabytes100 = 100 * 2 ** 20;

const exact: Readonly<Record<string, unknown>> = {
  undefined,
  null: null,
  NaN,
  'minus zero': -0,
  infinity: -Infinity,
  bigint: -(2n ** 200n),
  'text with lone surrogates': 'a\ud800b\udc00\0',
  date: new Date(1e12),
  'invalid date': new Date(NaN),
  'regular expression': /a+(?<n>b)/giu,
  boxed: [Object(1), Object('s'), Object(false), Object(5n)],
  'array buffer': new Uint8Array([1, 2, 3]).buffer,
  'data view': new DataView(new Uint8Array([1, 2, 3]).buffer, 1),
  'typed arrays': [
    new Int8Array([-1]),
    new Uint8ClampedArray([255]),
    new Uint16Array([1]),
    new Float32Array([0.5]),
    new Float64Array([-0, NaN]),
    new BigInt64Array([-1n]),
    new BigUint64Array([2n ** 64n - 1n]),
  ],
  'map and set': new Map<unknown, unknown>([
    [new Date(0), new Set([NaN, undefined, 'x'])],
    [NaN, new Map()],
  ]),
  'object with odd keys': { '': 1, '0': 2, 'a b': 3, ['__proto__']: 4, constructor: 5 },
  'undefined inside': { a: undefined, b: [undefined, null] },
  'nested arrays': [[[[[]]]], [[], {}]],
};

export function valueContract(kit: WorkerKit): void {
  const roundTrip = async (value: unknown): Promise<unknown> => {
    const { returned, threw } = await outcomeOf(kit, echo, value);
    if (threw !== undefined) throw threw as Error;
    return returned;
  };

  describe('values cross', () => {
    test('exactly, all kinds of them, there and back', async () => {
      const back = (await roundTrip(exact)) as typeof exact;
      expect(Object.keys(back)).toEqual(Object.keys(exact));
      for (const [name, value] of Object.entries(exact)) {
        expect(back[name], name).toStrictEqual(value);
      }
    });

    test.each(['undefined', 'null', 'NaN', 'minus zero', 'bigint', 'date'])(
      'also by themselves: %s',
      async (name) => {
        expect(await roundTrip(exact[name])).toStrictEqual(exact[name]);
      },
    );

    test('arrays with holes and properties, beside an error too', async () => {
      const sparse = Object.assign([1, , 3], { note: 'n' }) as unknown[]; // eslint-disable-line no-sparse-arrays -- that is the case
      for (const value of [{ sparse }, { sparse, error: new Error('e') }]) {
        const back = (await roundTrip(value)) as { sparse: unknown[] };
        expect(back.sparse).toStrictEqual(sparse);
        expect(1 in back.sparse).toBe(false);
      }
    });

    test('cycles, and what is shared stays shared', async () => {
      const shared = { n: 1 };
      const value: Record<string, unknown> = { shared, list: [shared, new Map([[shared, shared]])] };
      value['self'] = value;
      for (const sent of [value, { ...value, error: new RangeError('e') }]) {
        const back = (await roundTrip(sent)) as typeof value & { list: [object, Map<object, object>] };
        expect(back['self']).toMatchObject({ shared: { n: 1 } });
        expect(back.list[0]).toBe(back['shared']);
        expect([...back.list[1]]).toEqual([[back['shared'], back['shared']]]);
      }
      expect(await outcomeOf(kit, isShared, [shared], [shared])).toMatchObject({ returned: true });
    });

    test('errors as arguments and in results', async () => {
      const value = new Map([['e', [new RangeError('inside', { cause: 1 })]]]);
      const back = (await roundTrip(value)) as typeof value;
      const [error] = back.get('e') ?? [];
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({ message: 'inside', cause: 1 });
    });

    test('what is sent is left as it is', async () => {
      const value = { list: [new Error('mine')], bytes: new Uint8Array(3) };
      await roundTrip(value);
      expect(value.list[0]).toMatchObject({ message: 'mine' });
      expect(value.bytes).toHaveLength(3);
    });

    test('deep values', async () => {
      const nest = (depth: number): unknown => (depth === 0 ? 'core' : [nest(depth - 1)]);
      expect(JSON.stringify(await roundTrip(nest(500)))).toBe(JSON.stringify(nest(500)));
    });

    test('100 MB there, 100 MB back', async () => {
      const bytes = new Uint8Array(megabytes100).fill(1);
      expect(await outcomeOf(kit, sumOf, bytes)).toMatchObject({ returned: megabytes100 });
      const { returned } = await outcomeOf(kit, zeros, megabytes100);
      expect((returned as Uint8Array).length).toBe(megabytes100);
    });

    test('missing arguments take their defaults', async () => {
      expect(await outcomeOf(kit, greet)).toMatchObject({ returned: 'hello nobody' });
      expect(await outcomeOf(kit, greet, undefined)).toMatchObject({ returned: 'hello nobody' });
    });
  });

  describe('what cannot cross is refused by its path', () => {
    const refusedArgument = async (...args: readonly unknown[]): Promise<string> => {
      const worker = kit.create({ target: echo, args });
      const error = await failureOf(() => worker.start());
      expect(error).toMatchObject({ name: 'NotCloneableError', code: 'MANYCORE_NOT_CLONEABLE' });
      expect(worker.isAlive()).toBe(false);
      return error.message;
    };
    const here = `cannot be sent to a ${kit.kind}: `;

    test('arguments, when it starts', async () => {
      class Button {
        readonly label = 'ok';
        readonly onClick = (): void => undefined;
      }
      const trap = {
        get bad(): never {
          throw new Error('no value');
        },
      };
      const cases: readonly [value: unknown, path: string, why: string][] = [
        [() => 1, 'args[1]', 'it is a function. Only data crosses'],
        [{ items: [1, 2, 3, new Button()] }, 'args[1].items[3].onClick', 'a function (onClick)'],
        [Symbol('s'), 'args[1]', 'it is a symbol'],
        [{ 'a b': Promise.resolve() }, 'args[1]["a b"]', 'it is a promise: await it'],
        [new Map([['k', [new WeakMap()]]]), 'args[1]<"k">[0]', 'it is a WeakMap'],
        [new Map([[{ f: greet }, 1]]), 'args[1]<key object>.f', 'a function (greet)'],
        [new Set([0, Symbol('s')]), 'args[1]<item 1>', 'it is a symbol'],
        [trap, 'args[1].bad', 'it is a getter that threw: Error: no value'],
        [{ a: [new Proxy({}, {})] }, 'args[1].a[0]', 'could not be cloned'],
        [{ url: new URL('file:///x') }, 'args[1].url', 'it is a URL: send its href'],
        [new AbortController().signal, 'args[1]', 'it is an AbortSignal'],
        [[[1].values()], 'args[1][0]', 'it is an iterator'],
        [new Intl.NumberFormat(), 'args[1]', 'it is an Intl.NumberFormat'],
        [Object(Symbol('s')), 'args[1]', 'it is a symbol'],
      ];
      for (const [value, path, why] of cases) {
        const text = await refusedArgument('fine', value);
        expect(text).toContain(`${path} ${here}`);
        expect(text).toContain(why);
      }
    });

    test('deeper than anything can be cloned', async () => {
      let deep: unknown = 0;
      for (let i = 0; i < 100_000; i += 1) deep = [deep];
      expect(await refusedArgument(deep)).toContain('nested too deeply');
    });

    test('a refused start can be tried again', async () => {
      const box: { value: unknown } = { value: () => 1 };
      const worker = kit.create({ target: echo, args: [box] });
      await failureOf(() => worker.start());
      box.value = 1;
      worker.start();
      expect(await worker.result).toEqual({ value: 1 });
      await worker.join();
    });

    test.each([
      ['function', 'result.items[1].onClick', 'a function (onClick)'],
      ['symbol', 'result[0]', 'a symbol'],
      ['promise', 'result.later', 'a promise'],
      ['proxy', 'result.a[0]', 'could not be cloned'],
      ['port', 'result', 'a MessagePort'],
      ['getter', 'result.bad', 'a getter that threw'],
    ] as const)('results, where they are made: %s', async (kind, path, why) => {
      const { threw, exitCode } = await outcomeOf(kit, answerWith, kind);
      expect(threw).toMatchObject({ name: 'NotCloneableError', code: 'MANYCORE_NOT_CLONEABLE' });
      expect((threw as Error).message).toContain(`${path} ${here}`);
      expect((threw as Error).message).toContain(why);
      expect(exitCode).toBe(1);
    });

    test('what only threads can be given', async () => {
      const shared = new SharedArrayBuffer(4);
      const views = { shared, view: new Int32Array(shared), memory: [new Blob(['b'])] };
      if (kit.kind === 'thread') {
        expect(await outcomeOf(kit, add, 1, 2)).toMatchObject({ returned: 3 });
        const { returned } = await outcomeOf(kit, echo, { shared });
        new Uint8Array((returned as typeof views).shared)[0] = 9;
        expect(new Uint8Array(shared)[0]).toBe(9);
        return;
      }
      expect(await refusedArgument(views)).toContain('args[0].shared cannot be sent to a process');
      expect(await refusedArgument(views.view)).toContain('memory that only threads of this process');
      expect(await refusedArgument(views.memory)).toContain('args[0][0] cannot be sent to a process');
      const { port1 } = new MessageChannel();
      expect(await refusedArgument(port1)).toContain('a MessagePort, which only threads can be given');
      port1.close();
    });
  });
}
