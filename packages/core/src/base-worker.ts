import { ManycoreError } from './errors.js';
import { mayHaveNice } from './platform/node.js';
import type { AnyFunction, Target } from './target/target.js';
import type { WaitOptions } from './waiting.js';

/** The `args` option: it may be left out when the function can be called without arguments. */
export type ArgsOption<F extends AnyFunction> =
  [] extends Parameters<F>
    ? { readonly args?: Readonly<Parameters<F>> | undefined }
    : { readonly args: Readonly<Parameters<F>> };

/** The options that `Thread` and `Process` have in common. */
export type BaseWorkerOptions<F extends AnyFunction> = ArgsOption<F> & {
  /** The function to run: exported and given plainly, registered by `task`, or `{ module, name }`. */
  readonly target: Target<F>;
  /** For people: in messages and listings. Default `Thread-1`, `Process-1`, … */
  readonly name?: string | undefined;
  /**
   * A daemon ends with its parent; others keep the parent alive until they are done. Default: true in
   * a daemon, otherwise false.
   */
  readonly daemon?: boolean | undefined;
  /** Ends the thread or process when aborted; `result` then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * A function that runs in a thread or a process of its own: what `Thread` and `Process` have in common.
 *
 * | state   | until                    | `isAlive()` | `exitCode` |
 * |---------|--------------------------|-------------|------------|
 * | initial | `start()`                | false       | undefined  |
 * | running | the worker has ended     | true        | undefined  |
 * | done    | forever                  | false       | a number   |
 *
 * initial → running: `start`, once; when it throws, the state stays. running → done: the target's
 * thread or process ended, in whatever way. There are no other transitions.
 */
export interface BaseWorker<F extends AnyFunction = (...args: unknown[]) => unknown>
  extends AsyncDisposable {
  readonly name: string;
  readonly daemon: boolean;

  /**
   * Starts the thread or process; returns at once.
   *
   * @throws ManycoreError when called twice; NotCloneableError when an argument cannot cross;
   * BootstrapError while a worker loads its module; the signal's reason when it is aborted already.
   */
  start(): this;

  /**
   * Waits until the thread or process has ended, however it ended: `exitCode` and `result` tell how.
   * Never rejects for an error of the target.
   *
   * @throws ManycoreError before `start`; TimeoutError, or the signal's reason.
   */
  join(options?: WaitOptions): Promise<void>;

  /**
   * What the target returned. Rejects with what it threw, or with WorkerDiedError when the thread or
   * process ended before it answered.
   */
  readonly result: Promise<Awaited<ReturnType<F>>>;

  /** Whether it was started and has not ended. */
  isAlive(): boolean;

  /** undefined until it has ended; 0; 1 after an exception; the code given to `process.exit`; −N for signal N. */
  readonly exitCode: number | undefined;

  /** Asks the process to end, or ends the thread at once. Nothing happens when it is not alive. */
  terminate(): void;

  /** Leaving an `await using` block joins. One that was not started needs nothing. */
  [Symbol.asyncDispose](): Promise<void>;
}

// Checks of the options: each error names the option and the fix.

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
