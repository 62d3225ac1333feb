import type { AnyFunction, Target } from './target/target.js';
import type { WaitOptions } from './wait-options.js';

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
