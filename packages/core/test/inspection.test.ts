import { defineInspection, inspectedElements } from '@manycore/core/internal';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';

class Counter {
  #count = 0;
  #label: unknown = undefined;

  add(): this {
    this.#count += 1;
    return this;
  }

  label(label: unknown): this {
    this.#label = label;
    return this;
  }

  static {
    defineInspection(this, (counter: Counter) => ({ count: counter.#count, label: counter.#label }));
  }
}

class Row {
  readonly #length: number;
  read = 0;

  constructor(length: number) {
    this.#length = length;
    Object.defineProperty(this, 'read', { enumerable: false });
  }

  static {
    defineInspection(this, (row: Row, options) => ({
      elements: inspectedElements(
        row.#length,
        (index) => {
          row.read += 1;
          return index;
        },
        options,
      ),
    }));
  }
}

test('shows the state at the moment of showing, under the name of the class', () => {
  const counter = new Counter();
  expect(inspect(counter)).toBe('Counter { count: 0 }');
  expect(inspect(counter.add())).toBe('Counter { count: 1 }');
  expect(inspect(counter.label('x'))).toBe("Counter { count: 1, label: 'x' }");
  expect(inspect(counter.label(undefined))).toBe('Counter { count: 1 }');
  expect(Object.keys(counter)).toEqual([]);
});

test('depth, colors and line breaks are those of the caller', () => {
  const nested = { a: { b: { counter: new Counter() } } };
  expect(inspect(nested)).toContain('{ counter: [Counter] }');
  expect(inspect(nested, { depth: 3 })).toContain('{ counter: Counter { count: 0 } }');
  expect(inspect(new Counter(), { depth: -1 })).toBe('[Counter]');
  expect(inspect(new Counter(), { colors: true })).toBe('Counter { count: \u001b[33m0\u001b[39m }');
  expect(inspect(new Counter(), { compact: false })).toBe('Counter {\n  count: 0\n}');
});

test('a subclass appears by its own name, with its own fields; getters are not called', () => {
  class Named extends Counter {
    readonly title = 'mine';
  }
  const named = new Named();
  Object.defineProperty(named, 'trap', {
    enumerable: true,
    get() {
      throw new Error('called');
    },
  });
  expect(inspect(named)).toBe("Named { count: 0, title: 'mine', trap: [Getter] }");
});

test('an instance that refers to itself', () => {
  const counter = Object.assign(new Counter(), { self: {} });
  counter.self = counter;
  expect(inspect(counter, { depth: Infinity })).toBe('<ref *1> Counter { count: 0, self: [Circular *1] }');
});

test('never throws: a prototype, proxies, a state that throws', () => {
  class Broken {
    readonly own = 1;

    static {
      defineInspection(this, () => {
        throw new Error('no state');
      });
    }
  }
  const deny = (): never => {
    throw new Error('denied');
  };
  const hostile = new Proxy(new Counter(), { get: deny, ownKeys: deny, getPrototypeOf: deny });
  expect(inspect(Counter.prototype)).toBe('{}');
  expect(inspect(new Broken())).toBe('Broken { own: 1 }');
  expect(inspect(new Proxy(new Counter(), {}))).toBe('Counter {}');
  expect(inspect(hostile)).toBe('Counter {}');
});

test('elements are cut as the caller says, and only those are read', () => {
  const row = new Row(1_000_000);
  expect(inspect(row, { maxArrayLength: 2 })).toBe(
    'Row { elements: [ 0, 1, ... 999998 more items ] }',
  );
  expect(row.read).toBe(2);
  expect(inspect(new Row(3))).toBe('Row { elements: [ 0, 1, 2 ] }');
  expect(inspect(new Row(3), { maxArrayLength: 0, breakLength: Infinity })).toBe(
    'Row { elements: [ ... 3 more items ] }',
  );
  expect(inspect(new Row(101), { breakLength: Infinity })).toContain('... 1 more item');
  expect(inspect(new Row(101), { maxArrayLength: null, breakLength: Infinity })).toContain('99, 100');
  // Longer than any array can be.
  expect(inspect(new Row(2 ** 33), { maxArrayLength: 1 })).toContain('more items');
});
