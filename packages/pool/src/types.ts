import type { AnyFunction } from '@manycore/core';

/** The result of a function, or what its promise resolves to. */
export type Result<F extends AnyFunction> = Awaited<ReturnType<F>>;

/** A function that can be called with one argument, as `map` does. */
export type ItemFunction = (item: never) => unknown;

/**
 * The arguments of a function. A function that is given by `{ module, name }` has unknown
 * parameters: nothing is inferred for it, so that F is its constraint, whose parameters are `never`.
 */
export type Arguments<F extends AnyFunction> = number extends Parameters<F>['length']
  ? [Parameters<F>[number]] extends [never]
    ? unknown[]
    : Parameters<F>
  : Parameters<F>;

/** The items of a `map` over a function: its first parameter. */
export type Item<F extends ItemFunction> = Parameters<F> extends []
  ? unknown
  : [Parameters<F>[0]] extends [never]
    ? unknown
    : Parameters<F>[0];

/** The arguments after the function: they may be left out where it can be called without any. */
export type ApplyArguments<F extends AnyFunction, O> =
  [] extends Arguments<F>
    ? [args?: Readonly<Arguments<F>> | undefined, options?: O | undefined]
    : [args: Readonly<Arguments<F>>, options?: O | undefined];

/** Anything that can be iterated, also asynchronously. */
export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;
