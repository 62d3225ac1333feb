import type { AnyFunction } from '@manycore/core';

/** What a function finally gives: its result, or what its promise resolves to. */
export type Result<F extends AnyFunction> = Awaited<ReturnType<F>>;

/** A function that can be called with one argument, as `map` does. */
export type ItemFunction = (item: never) => unknown;

/** What `map` may give a function: its first parameter. */
export type Item<F extends ItemFunction> = Parameters<F> extends [] ? unknown : Parameters<F>[0];

/** The arguments after the function: they may be left out where it can be called without any. */
export type ApplyArguments<F extends AnyFunction, O> =
  [] extends Parameters<F>
    ? [args?: Readonly<Parameters<F>> | undefined, options?: O | undefined]
    : [args: Readonly<Parameters<F>>, options?: O | undefined];

/** What any iteration can be over. */
export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

/** For calls by `{ module, name }`, whose parameters nobody knows: the default where nothing is inferred. */
export type UnknownFunction = (...args: unknown[]) => unknown;
export type UnknownItemFunction = (item: unknown) => unknown;
