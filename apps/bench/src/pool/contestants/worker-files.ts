import { fileURLToPath } from 'node:url';

/** A module of this suite, as it is given to a pool that wants a file. */
export function urlOf(module: string): URL {
  return new URL(`../${module}.js`, import.meta.url);
}

export function pathOf(module: string): string {
  return fileURLToPath(urlOf(module));
}
