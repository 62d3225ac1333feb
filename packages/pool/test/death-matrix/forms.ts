import type { CallOptions, Pool } from '@manycore/pool';

/** A function of one argument that a worker runs. */
export type Deed = ((item: unknown) => unknown) | { readonly module: URL; readonly name: string };

/** One way to give a pool a call: `item` is the function's one argument. */
export interface Form {
  readonly name: 'apply' | 'map' | 'imap' | 'submit' | 'applySync' | 'mapSync';
  readonly blocking: boolean;
  run(pool: Pool, deed: Deed, item: unknown, options: CallOptions): unknown;
}

export const forms: readonly Form[] = [
  {
    name: 'apply',
    blocking: false,
    run: (pool, deed, item, options) => pool.apply(deed, [item], options),
  },
  {
    name: 'map',
    blocking: false,
    run: async (pool, deed, item, options) => (await pool.map(deed, [item], options))[0],
  },
  {
    name: 'imap',
    blocking: false,
    run: async (pool, deed, item, options) => (await pool.imap(deed, [item], options).next()).value,
  },
  {
    name: 'submit',
    blocking: false,
    run: (pool, deed, item, options) => pool.submitWith(options, deed, item).result(),
  },
  {
    name: 'applySync',
    blocking: true,
    run: (pool, deed, item, options) => pool.applySync(deed, [item], options),
  },
  {
    name: 'mapSync',
    blocking: true,
    run: (pool, deed, item, options) => pool.mapSync(deed, [item], options)[0],
  },
];

/** The outcome of a call in a few words: a value, or an error's class and what is special about it. */
export async function outcomeOf(run: () => unknown): Promise<string> {
  try {
    return JSON.stringify(await run());
  } catch (error) {
    return describe(error);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `thrown ${String(error)}`;
  const { exitCode, signal } = error as { exitCode?: number; signal?: string };
  const cause = error.cause instanceof Error ? `(${error.cause.name})` : undefined;
  return [error.name, exitCode, signal, cause].filter((part) => part !== undefined).join(' ');
}
