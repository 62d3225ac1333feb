import type { BaseWorkerOptions } from './base-worker.js';
import { assertNotBootstrapping } from './bootstrap-guard.js';
import { createCall, type OutgoingCall, readAnswer } from './endpoint/connect.js';
import type { Destination, Transferable, WorkerEndpoint } from './endpoint/endpoint.js';
import { type Check, isAnswer, isIdle } from './endpoint/protocol.js';
import {
  type ExitStatus,
  hasCode,
  ManycoreError,
  type NotCloneableError,
  WorkerDiedError,
} from './errors.js';
import { arrivalFailure } from './message/clone-failure.js';
import { isError } from './platform/brand-checks.js';
import { failProgram } from './platform/modules.js';
import { locate } from './target/refer.js';
import type { AnyFunction, TargetRef } from './target/target.js';
import { deferred, onAbort, signalOf, type WaitOptions, withTimeout } from './waiting.js';

/** What a kind of worker adds to the lifecycle that all have in common. */
export interface WorkerKind {
  /** Starts the worker for the first and only call. */
  spawn(call: OutgoingCall): WorkerEndpoint;
  /** What is transferred with the arguments. */
  readonly transfer?: readonly Transferable[];
  /** Called when the answer has arrived, with all it holds. */
  onAnswered?(worker: WorkerEndpoint): void;
  /** Called when the worker has ended. */
  onDone(): void;
  /** Whether the worker runs, where that is known before its end is reported. */
  isAlive?(): boolean;
}

/**
 * One call in a worker of its own, from its start to the worker's end: what `Thread` and `Process` are
 * made of. The states are those of `BaseWorker`.
 */
export class WorkerLifecycle<F extends AnyFunction> {
  readonly name: string;
  readonly daemon: boolean;
  readonly #destination: Destination;
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
  /** Settles when the worker has ended and `result` is settled; set from `start` on. */
  #done: Promise<void> | undefined;
  #exitCode: number | undefined;
  /** The answer arrived: nothing that happens to the worker from now on changes the result. */
  #answered = false;
  /** How many calls wait for a daemon, which otherwise does not keep the parent alive. */
  #holds = 0;

  /** `inheritsDaemon`: whether it is made by a daemon. */
  constructor(
    destination: Destination,
    defaultName: string,
    options: BaseWorkerOptions<F>,
    inheritsDaemon: boolean,
  ) {
    const { target, args = [], name = defaultName, daemon = inheritsDaemon } = options;
    if (typeof name !== 'string') throw new TypeError('name must be a string');
    if (typeof daemon !== 'boolean') throw new TypeError('daemon must be true or false');
    if (!Array.isArray(args)) throw new TypeError('args must be an array of arguments');
    this.#destination = destination;
    this.#target = locate(target, destination);
    this.#args = args;
    this.name = name;
    this.daemon = daemon;
    this.#signal = signalOf(options);
    // A result that is never read is no unhandled rejection.
    this.#result.promise.catch(() => undefined);
  }

  /** Settles `result` from this side; the worker goes on. */
  abandon(reason: unknown): void {
    this.#result.reject(reason);
  }

  /** `start` of `BaseWorker`. */
  start(kind: WorkerKind): void {
    if (this.#worker || this.#starting) {
      throw new ManycoreError(
        'MANYCORE_ALREADY_STARTED',
        `${this.name} was started already; a ${this.#destination} can be started only once: make a new one`,
      );
    }
    assertNotBootstrapping(this.name);
    if (this.#signal?.aborted === true) {
      this.abandon(this.#signal.reason);
      this.#signal.throwIfAborted();
    }
    this.#starting = true;
    try {
      this.#begin(kind);
    } finally {
      this.#starting = false;
    }
  }

  #begin(kind: WorkerKind): void {
    const worker = kind.spawn(
      createCall(callId, this.#target, this.#args, this.#destination, kind.transfer),
    );
    this.#worker = worker;
    if (this.daemon) worker.unref();
    this.#follow(worker, kind);
    if (this.#resultRead) this.#holdForResult();
  }

  #follow(worker: WorkerEndpoint, kind: WorkerKind): void {
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
          kind.onAnswered?.(worker);
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
    const unwatch = signal && this.#killOnAbort(worker, kind, signal);
    this.#done = worker.departed.then(async (status) => {
      unwatch?.();
      this.#exitCode = status.exitCode;
      if (status.signal === undefined) lose();
      if (!this.#answered) this.#result.reject(this.#died(status));
      kind.onDone();
      await settled;
    });
  }

  /** Returns a function that ends the watch. */
  #killOnAbort(
    worker: WorkerEndpoint,
    kind: WorkerKind,
    signal: AbortSignal,
  ): (() => void) | undefined {
    const kill = (): void => {
      // The result of a worker that has ended is in flight.
      if (kind.isAlive?.() ?? this.isAlive) this.#result.reject(signal.reason);
      worker.kill();
    };
    if (!signal.aborted) return onAbort(signal, kill);
    // It was not when `start` looked: reading an argument aborted it.
    kill();
    return undefined;
  }

  #fail(error: unknown): void {
    // A program without its guard is wrong as a whole, whether or not it reads this result.
    if (hasCode(error, 'MANYCORE_BOOTSTRAP')) failProgram();
    this.#result.reject(error);
  }

  #died(status: ExitStatus): WorkerDiedError {
    const { exitCode, signal, cause } = status;
    const how = signal === undefined ? `ended with exit code ${exitCode}` : `was killed by ${signal}`;
    const why = isError(cause) ? `: ${cause.message}` : '';
    const hint = exitCode === 0 && signal === undefined ? unfinishedText : '';
    return new WorkerDiedError(
      `${this.name} ${how} before its target returned${why}${hint}`,
      status,
      cause === undefined ? undefined : { cause },
    );
  }

  /** `join` of `BaseWorker`. */
  async join(options?: WaitOptions): Promise<void> {
    if (!this.#done) {
      throw new ManycoreError(
        'MANYCORE_NOT_STARTED',
        `${this.name} cannot be joined before it was started; call start() first`,
      );
    }
    await this.#holding(withTimeout(this.#done, options, this.name));
  }

  /** `result` of `BaseWorker`: from now on a caller may be waiting for it. */
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

  /** Whether it was started and is not known to have ended. */
  get isAlive(): boolean {
    return this.#worker !== undefined && this.#exitCode === undefined;
  }

  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** The channel to the worker, from `start` on. */
  get worker(): WorkerEndpoint | undefined {
    return this.#worker;
  }

  /** Joins what was started. */
  async dispose(): Promise<void> {
    if (this.#done) await this.join();
  }
}

/** The number of a worker's only call. */
const callId = 1;

const unfinishedText =
  ' (it called process.exit, or waits for a promise that nothing is left to settle)';
