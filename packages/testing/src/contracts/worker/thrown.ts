// What the contract's targets throw. No test runner here: workers import this module.
import { readFileSync } from 'node:fs';

/** Its constructor runs once, where the error is made. */
export class OrderError extends Error {
  readonly code = 'E_ORDER';
  readonly order: { readonly id: number; readonly items: readonly string[] };

  constructor(order: { readonly id: number; readonly items: readonly string[] }) {
    super(`order ${order.id.toFixed()} failed`, { cause: new Error('no stock', { cause: 'sold out' }) });
    this.order = order;
  }

  get itemCount(): number {
    return this.order.items.length;
  }
}

export class ShapeError extends TypeError {
  override readonly name = 'ShapeError';
}

export type Thrown =
  | 'plain'
  | 'type'
  | 'range'
  | 'syntax'
  | 'empty'
  | 'order'
  | 'shape'
  | 'local'
  | 'renamed'
  | 'aggregate'
  | 'dom'
  | 'system'
  | 'internal'
  | 'cyclic'
  | 'uncloneable'
  | 'getter'
  | 'odd'
  | 'string'
  | 'undefined'
  | 'null'
  | 'number'
  | 'object';

/** Throws one of the errors below, made here and now. */
export function raise(kind: Thrown): never {
  throw errors[kind]();
}

export async function raiseLater(kind: Thrown): Promise<never> {
  await new Promise((resolve) => setImmediate(resolve));
  throw errors[kind]();
}

const errors: Readonly<Record<Thrown, () => unknown>> = {
  plain: () => new Error('plain'),
  type: () => new TypeError('type'),
  range: () => new RangeError('range'),
  syntax: () => new SyntaxError('syntax'),
  empty: () => new Error(),
  order: () => new OrderError({ id: 7, items: ['a', 'b'] }),
  shape: () => new ShapeError('square'),
  local: () => {
    // It cannot be imported.
    class LocalError extends RangeError {
      readonly detail = 'd';
    }
    return new LocalError('local');
  },
  renamed: () => Object.assign(new Error('renamed'), { name: 'Other' }),
  aggregate: () =>
    new AggregateError([new RangeError('one'), new OrderError({ id: 1, items: [] }), 'three'], 'all'),
  dom: () => new DOMException('stopped', 'AbortError'),
  system: () => caught(() => readFileSync('/no/such/file')),
  internal: () => caught(() => Buffer.from(5 as never)),
  cyclic: () => {
    const error = new Error('outer');
    const inner = new Error('inner', { cause: error });
    error.cause = inner;
    return Object.assign(error, { self: error, list: [inner] });
  },
  uncloneable: () =>
    Object.assign(new Error('laden'), {
      good: [1, { two: 2 }],
      callback: () => undefined,
      nested: { deep: [Symbol('s')] },
      also: 'kept',
    }),
  getter: () =>
    Object.defineProperty(Object.assign(new Error('trap'), { good: 1 }), 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('not to be read');
      },
    }),
  odd: () => {
    const error: object = Object.assign(new Error('odd'), { map: new Map([[1, new Set([2])]]) });
    Object.defineProperty(error, '__proto__', { value: 'own', enumerable: true });
    Object.defineProperty(error, 'hidden', { value: 1, enumerable: false });
    return Object.freeze(error);
  },
  string: () => 'just text',
  undefined: () => undefined,
  null: () => null,
  number: () => -0,
  object: () => ({ reason: 'object', at: new Date(0) }),
};

function caught(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    return error;
  }
}
