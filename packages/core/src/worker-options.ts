import { ManycoreError } from './errors/manycore-error.js';
import { mayHaveNice } from './platform/nice.js';

/** Checks of the options that threads and processes have in common: each error names the option and the fix. */

export function checkEnvironment(env: unknown): void {
  if (env === undefined) return;
  if (typeof env !== 'object' || env === null || Array.isArray(env)) {
    throw new TypeError('env must be an object of strings, such as { ...process.env, DEBUG: "1" }');
  }
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || typeof value === 'string') continue;
    throw new TypeError(`env.${name} must be a string, not ${value === null ? 'null' : typeof value}`);
  }
}

/** Words of a command line: `execArgv`, `argv`. */
export function checkWords(name: string, words: unknown, example: string): void {
  if (words === undefined) return;
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return;
  throw new TypeError(`${name} must be an array of strings, such as ['${example}']`);
}

/** @throws ManycoreError (`MANYCORE_NOT_PERMITTED`) where the system does not let this process have that priority. */
export function checkNice(nice: unknown): void {
  if (nice === undefined) return;
  if (typeof nice !== 'number') {
    throw new TypeError(`nice must be a number, not ${nice === null ? 'null' : typeof nice}`);
  }
  if (!Number.isInteger(nice) || nice < -20 || nice > 19) {
    throw new RangeError(`nice must be a whole number from -20 (runs first) to 19 (runs last), not ${nice}`);
  }
  if (mayHaveNice(nice)) return;
  throw new ManycoreError(
    'MANYCORE_NOT_PERMITTED',
    `nice cannot be ${nice}: the system lets only privileged programs raise a priority; give it a higher ` +
      'number, or run this program with CAP_SYS_NICE or a limit (`ulimit -e`) that allows it',
  );
}
