import type * as rings from './ring/open-rings.js';

// In a variable, so that a bundler leaves it alone: in one file there is none beside, and messages do.
const ringsFile = './manycore-pool-rings.js';

let loading: Promise<unknown> = Promise.resolve();

/** Loads the code of the rings, which most programs with long tasks do without. Rejects where it is not to be had. */
export function loadRings(): Promise<typeof rings> {
  const module = import(/* webpackIgnore: true */ /* @vite-ignore */ ringsFile) as Promise<typeof rings>;
  loading = module;
  return module;
}

/** Settles when no code is being loaded for rings: a thread that ends in the middle of it would leave files open. */
export async function ringsLoaded(): Promise<void> {
  await loading.catch(() => undefined);
}
