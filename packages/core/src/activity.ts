import { onAbort, signalOf } from './abort-signal.js';
import { assertNotBootstrapping } from './bootstrap-guard.js';
import { deferred } from './deferred.js';
import { createCall, type OutgoingCall } from './endpoint/create-call.js';
import type { Destination, Transferable, WorkerEndpoint } from './endpoint/endpoint.js';
import { type Check, isAnswer, isIdle } from './endpoint/protocol.js';
import { readAnswer } from './endpoint/read-answer.js';
import { hasCode, ManycoreError } from './errors/manycore-error.js';
import type { NotCloneableError } from './errors/not-cloneable-error.js';
import { type Departure, WorkerDiedError } from './errors/worker-died-error.js';
import { arrivalFailure } from './message/unreadable.js';
import { failProgram } from './platform/modules.js';
import { locate } from './target/refer.js';
import type { AnyFunction, Target, TargetRef } from './target/target.js';
import { type WaitOptions, withinWait } from './wait-options.js';

/** The `args` option: it may be left out when the function can be called without arguments. */
export type ArgsOption<F extends AnyFunction> =
  [] extends Parameters<F>
    ? { readonly args?: Readonly<Parameters<F>> | undefined }
    : { readonly args: Readonly<Parameters<F>> };

/** What threads and processes are made from alike. */
export type ActivityOptions<F extends AnyFunction> = ArgsOption<F> & {
  /** The function to run: exported and given plainly, registered by `task`, or `{ module, name }`. */
  readonly target: Target<F>;
  /** For people: in messages and listings. Default `Thread-1`, `Process-1`, … */
  readonly name?: string | undefined;
  /**
   * A daemon ends with its parent; others keep the parent alive until they are done. Default: what the
   * thread or process is that makes it, so false in the main program.
   */
  readonly daemon?: boolean | undefined;
  /** Ends the activity when aborted; `result` then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * A function that runs in a thread or a process of its own: what `Thread` and `Process` have in common.
 *
 * | state   | until                    | `isAlive()` | `exitCode` |
 * |---------|--------------------------|-------------|------------|
 * | initial | `start()`                | false       | undefined  |
 * | running | the worker is gone       | true        | undefined  |
 * | done    | forever                  | false       | a number   |
 *
 * initial → running: `start`, once; when it throws, the state stays. running → done: the target's
 * thread or process ended, in whatever way. There are no other transitions.
 */
export abstract class Activity<F extends AnyFunction> implements AsyncDisposable {
  readonly name: string;
  readonly daemon: boolean;
  readonly #target: TargetRef;
  readonly #args: readonly unknown[];
  readonly #signal: AbortSignal | undefined;
  readonly #result = deferred<Awaited<ReturnType<F>>>();
  /** Reading an argument may run code of the caller's, which may call `start` again. */
  #starting = false;
  /** `result` was read before `start`: a caller may be waiting for it. */
  #resultRead = false;
  /** Set from `start` on. */
  #worker: WorkerEndpoint | undefined;
  /** Settles when the worker is gone and `result` is settled; set from `start` on. */
  #done: Promise<void> | undefined;
  #exitCode: number | undefined;
  /** The answer arrived: whatever happens to the worker now, it does not change the result. */
  #answered = false;
  /** How many calls wait for a daemon, which otherwise does not keep the parent alive. */
  #holds = 0;

  /** `inheritsDaemon`: whether it is made by a daemon. */
  protected constructor(
    kind: Destination,
    defaultName: string,
    options: ActivityOptions<F>,
    inheritsDaemon: boolean,
  ) {
    const { target, args = [], name = defaultName, daemon = inheritsDaemon } = options;
    if (typeof name !== 'string') throw new TypeError('name must be a string');
    if (typeof daemon !== 'boolean') throw new TypeError('daemon must be true or false');
    if (!Array.isArray(args)) throw new TypeError('args must be an array of arguments');
    this.#target = locate(target, kind);
    this.#args = args;
    this.name = name;
    this.daemon = daemon;
    this.#signal = signalOf(options);
    // A result that nobody reads is no unhandled rejection.
    this.#result.promise.catch(() => undefined);
  }

  /** Starts the worker for the first and only call. */
  protected abstract spawn(call: OutgoingCall): WorkerEndpoint;
  protected abstract readonly kind: Destination;
  /** What is transferred with the arguments. */
  protected readonly transfer: readonly Transferable[] = [];
  /** Called when the answer has arrived, with all it holds. */
  protected onAnswered(): void {
    // For subclasses.
  }

  /** Settles `result` from this side; the worker goes on. */
  protected abandon(reason: unknown): void {
    this.#result.reject(reason);
  }

  /** Called when the worker is gone. */
  protected onDone(): void {
    // For subclasses.
  }

  /**
   * Starts the thread or process; returns at once.
   *
   * @throws ManycoreError when called twice; NotCloneableError when an argument cannot cross;
   * BootstrapError while a worker loads its module; the signal's reason when it is aborted already.
   */
  start(): this {
    if (this.#worker || this.#starting) {
      throw new ManycoreError(
        'MANYCORE_ALREADY_STARTED',
        `${this.name} was started already; a ${this.kind} can be started only once: make a new one`,
      );
    }
    assertNotBootstrapping(this.name);
    if (this.#signal?.aborted === true) {
      this.abandon(this.#signal.reason);
      this.#signal.throwIfAborted();
    }
    this.#starting = true;
    try {
      this.#begin();
    } finally {
      this.#starting = false;
    }
    return this;
  }

  #begin(): void {
    const worker = this.spawn(createCall(callId, this.#target, this.#args, this.kind, this.transfer));
    this.#worker = worker;
    if (this.daemon) worker.unref();
    this.#follow(worker);
    if (this.#resultRead) this.#holdForResult();
  }

  #follow(worker: WorkerEndpoint): void {
    let settled: Promise<void> | undefined;
    const settle = (read: () => Promise<unknown>): void => {
      if (this.#answered) return;
      this.#answered = true;
      settled = read()
        .then(
          (value) => this.#result.resolve(value as Awaited<ReturnType<F>>),
          (error: unknown) => this.#fail(error),
        )
        .then(() => {
          this.onAnswered();
        });
    };
    /** A message could not be read. The answer, if the worker says that it has given it. */
    let unreadable: NotCloneableError | undefined;
    worker.onUnreadable((cause) => {
      unreadable = arrivalFailure(`the result of ${this.name}`, cause);
      worker.post({ kind: 'check', ids: [callId] } satisfies Check);
    });
    const lose = (): void => {
      const error = unreadable;
      if (error) settle(() => Promise.reject(error));
    };
    worker.onMessage((message) => {
      if (isAnswer(message) && message.id === callId) settle(() => readAnswer(message));
      else if (isIdle(message) && message.id === callId) lose();
    });
    worker.onClose(lose);
    const signal = this.#signal;
    const unwatch = signal && this.#killOnAbort(worker, signal);
    this.#done = worker.departed.then(async (departure) => {
      unwatch?.();
      this.#exitCode = departure.exitCode;
      if (departure.signal === undefined) lose();
      if (!this.#answered) this.#result.reject(this.#died(departure));
      this.onDone();
      await settled;
    });
  }

  /** Returns what ends the watch. */
  #killOnAbort(worker: WorkerEndpoint, signal: AbortSignal): (() => void) | undefined {
    const kill = (): void => {
      // What a worker that has ended returned is on its way.
      if (this.isAlive()) this.#result.reject(signal.reason);
      worker.kill();
    };
    if (!signal.aborted) return onAbort(signal, kill);
    // It was not when `start` looked: reading an argument aborted it.
    kill();
    return undefined;
  }

  #fail(error: unknown): void {
    // A program without its guard is wrong as a whole, whether or not it looks at this result.
    if (hasCode(error, 'MANYCORE_BOOTSTRAP')) failProgram();
    this.#result.reject(error);
  }

  #died(departure: Departure): WorkerDiedError {
    const { exitCode, signal, cause } = departure;
    const how = signal === undefined ? `ended with exit code ${exitCode}` : `was killed by ${signal}`;
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    const hint = exitCode === 0 && signal === undefined ? unfinishedText : '';
    return new WorkerDiedError(
      `${this.name} ${how} before its target returned${why}${hint}`,
      departure,
      cause === undefined ? undefined : { cause },
    );
  }

  /**
   * Waits until the thread or process is gone, however it ended: `exitCode` and `result` tell how.
   * Never rejects for an error of the target.
   *
   * @throws ManycoreError before `start`; TimeoutError, or the signal's reason.
   */
  async join(options?: WaitOptions): Promise<void> {
    if (!this.#done) {
      throw new ManycoreError(
        'MANYCORE_NOT_STARTED',
        `${this.name} cannot be joined before it was started; call start() first`,
      );
    }
    await this.#holding(withinWait(this.#done, options, this.name));
  }

  /**
   * What the target returned. Rejects with what it threw, or with WorkerDiedError when the thread or
   * process ended before it answered.
   */
  get result(): Promise<Awaited<ReturnType<F>>> {
    if (!this.#resultRead && this.#worker) this.#holdForResult();
    this.#resultRead = true;
    return this.#result.promise;
  }

  #holdForResult(): void {
    this.#holding(this.#result.promise).catch(() => undefined);
  }

  /** Keeps the parent alive while it waits for a daemon. */
  async #holding<T>(promise: Promise<T>): Promise<T> {
    // Not `isAlive()`: a thread has ended before its end is known here.
    if (!this.daemon || this.#exitCode !== undefined) return promise;
    if ((this.#holds += 1) === 1) this.#worker?.ref();
    try {
      return await promise;
    } finally {
      if ((this.#holds -= 1) === 0) this.#worker?.unref();
    }
  }

  /** Whether it was started and has not ended. */
  isAlive(): boolean {
    return this.#worker !== undefined && this.#exitCode === undefined;
  }

  /** undefined until it has ended; 0; 1 after an exception; the code given to `process.exit`; −N for signal N. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** The channel to the worker, from `start` on. */
  protected get worker(): WorkerEndpoint | undefined {
    return this.#worker;
  }

  /** Leaving an `await using` block joins. One that was not started needs nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#done) await this.join();
  }
}

/** The number of a worker's only call. */
const callId = 1;

const unfinishedText =
  ' (it called process.exit, or waits for a promise that nothing is left to settle)';
