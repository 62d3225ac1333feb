// What runs elsewhere for `values`: a module of its own, so that workers need not load what makes values.
import type { Queue } from '@manycore/queue';

export const echo = (value: unknown): unknown => value;

export const echoAll = (all: unknown[]): unknown[] => all;

export async function echoThrough(there: Queue<unknown>, back: Queue<unknown>): Promise<void> {
  for await (const value of there) await back.put(value);
}
