import {
  type AnyFunction,
  type BaseWorker,
  type BaseWorkerOptions,
  ManycoreError,
  type SyncWaitOptions,
  TimeoutError,
  type Transferable,
  type WaitOptions,
} from '@manycore/core';
import {
  checkTransfer,
  defineInspection,
  type OutgoingCall,
  reportFailure,
  timeoutOf,
  type WorkerEndpoint,
  WorkerLifecycle,
} from '@manycore/core/internal';
import { noticeEndedThreads, watchedThreadEnded } from '@manycore/memory/internal';
import { ControlBlock } from './control-block.js';
import { nativeThreadAlive, nativeThreadIds } from './platform/node.js';
import { spawnThread } from './spawn-thread.js';
import {
  forgetThread,
  nextThreadName,
  rememberThread,
  schedulingState,
  startsDaemons,
  type ThreadState,
} from './thread-registry.js';
import { WorkerThreadEndpoint } from './worker-thread-endpoint.js';
import { checkWorkerThreadOptions, type WorkerThreadOptions } from './worker-thread-options.js';

/** What a `Thread` is made from. */
export type ThreadOptions<F extends AnyFunction> = BaseWorkerOptions<F> &
  WorkerThreadOptions & {
    /** Transfers these instead of copying them; `move(value)` in `args` does the same. */
    readonly transfer?: readonly Transferable[] | undefined;
  };

/** How long a blocked join sleeps before it checks whether the thread was ended from outside, in ms. */
const liveness = 50;

/**
 * After so many checks, half a minute, a thread that has not begun is taken for ended, and does not begin any more:
 * where only events tell of ends, one that ran out of memory before it began shows nothing else.
 */
const patience = 600;

/**
 * A function that runs in a worker thread of this process.
 *
 * `terminate` ends it at once, wherever it is, with exit code 1; what it held of @manycore/sync then
 * throws OwnerDiedError elsewhere.
 *
 * @example
 * ```ts
 * import { isMain, Thread } from '@manycore/thread';
 *
 * export function square(n: number): number {
 *   return n * n;
 * }
 *
 * if (isMain(import.meta)) {
 *   const thread = new Thread({ target: square, args: [12] }).start();
 *   console.log(await thread.result); // → 144
 * }
 * ```
 */
export class Thread<F extends AnyFunction = (...args: unknown[]) => unknown>
  implements BaseWorker<F>
{
  readonly name: string;
  readonly daemon: boolean;
  readonly #lifecycle: WorkerLifecycle<F>;
  readonly #transfer: readonly Transferable[];
  readonly #options: WorkerThreadOptions;
  readonly #control = new ControlBlock();
  /** The system's threads that began while this one was made: it is among them, or has ended already. */
  #candidates: readonly number[] | undefined;
  #terminated = false;
  /** Milliseconds that the thread waits before it calls its target. */
  protected readonly delay: number | undefined = undefined;

  constructor(options: ThreadOptions<F>) {
    this.#lifecycle = new WorkerLifecycle(
      'thread',
      nextThreadName(options.name),
      options,
      startsDaemons(),
    );
    this.name = this.#lifecycle.name;
    this.daemon = this.#lifecycle.daemon;
    this.#transfer = checkTransfer(options.transfer ?? []);
    checkWorkerThreadOptions(options);
    this.#options = options;
  }

  /**
   * Starts the thread; returns at once.
   *
   * @throws ManycoreError when called twice; NotCloneableError when an argument cannot cross;
   * BootstrapError while a worker loads its module; the signal's reason when it is aborted already.
   */
  start(): this {
    this.#lifecycle.start({
      spawn: (call) => this.#spawn(call),
      transfer: this.#transfer,
      onDone: () => {
        forgetThread(this);
      },
      isAlive: () => this.isAlive(),
    });
    return this;
  }

  #spawn(call: OutgoingCall): WorkerEndpoint {
    const { env, execArgv, argv, nice, resourceLimits } = this.#options;
    const before = nativeThreadIds();
    const worker = spawnThread({
      name: this.name,
      daemon: this.daemon,
      call,
      env,
      execArgv,
      argv,
      nice,
      resourceLimits,
      control: this.#control.buffer,
      delay: this.delay,
    });
    this.#candidates = before && nativeThreadIds()?.filter((id) => !before.includes(id));
    rememberThread(this);
    void worker.departed.then(({ cause }) => {
      if (cause !== undefined) reportFailure(`Exception in thread ${this.name}`, cause);
    });
    return worker;
  }

  /**
   * Waits until the thread has ended, however it ended: `exitCode` and `result` tell how. Never rejects
   * for an error of the target.
   *
   * @throws ManycoreError before `start`; TimeoutError, or the signal's reason.
   */
  async join(options?: WaitOptions): Promise<void> {
    await this.#lifecycle.join(options);
  }

  /**
   * What the target returned. Rejects with what it threw, or with WorkerDiedError when the thread ended
   * before it answered.
   */
  get result(): Promise<Awaited<ReturnType<F>>> {
    return this.#lifecycle.result;
  }

  /** Node's id of the thread (`threadId`), from `start` on. */
  get id(): number | undefined {
    const { worker } = this.#lifecycle;
    return worker instanceof WorkerThreadEndpoint ? worker.threadId : undefined;
  }

  /** What the thread does at this moment; where the system does not tell, `'running'` while it is alive. */
  get state(): ThreadState {
    if (!this.#lifecycle.worker) return 'start';
    if (!this.isAlive()) return 'done';
    return this.#control.phase === ControlBlock.starting
      ? 'ready'
      : schedulingState(this.#control.nativeId);
  }

  /** Whether it was started and has not ended. */
  isAlive(): boolean {
    return this.#lifecycle.isAlive && this.#control.phase !== ControlBlock.done;
  }

  /** undefined until it has ended; 0; 1 after an exception or `terminate`; the code given to `process.exit`. */
  get exitCode(): number | undefined {
    const ended = this.#control.phase === ControlBlock.done;
    return this.#lifecycle.exitCode ?? (ended ? this.#control.exitCode : undefined);
  }

  /**
   * `join` that blocks the calling thread, event loop and all.
   *
   * @throws ManycoreError before `start`; TimeoutError.
   */
  joinSync(options?: SyncWaitOptions): void {
    const timeout = timeoutOf(options);
    if (!this.#lifecycle.worker) {
      throw new ManycoreError(
        'MANYCORE_NOT_STARTED',
        `${this.name} cannot be joined before it was started; call start() first`,
      );
    }
    const deadline = performance.now() + timeout;
    for (let checks = 0; this.isAlive() && !this.#gone(checks); checks += 1) {
      // The thread may wait for another one, of whose end no event can come now.
      noticeEndedThreads();
      const left = deadline - performance.now();
      if (left <= 0) throw new TimeoutError(`${this.name} was not done within ${timeout} ms`);
      this.#control.waitWhile(this.#control.phase, Math.min(left, liveness));
    }
  }

  /** Whether the thread ended without reporting it: out of memory, or terminated. */
  #gone(checks: number): boolean {
    const { phase, nativeId } = this.#control;
    if (phase === ControlBlock.done) return true;
    if (!this.#hasEnded(phase, nativeId, checks)) return false;
    // It may have reported its end just before it ended: the phase is read last.
    return this.#control.giveUp(phase);
  }

  #hasEnded(phase: number, nativeId: number, checks: number): boolean {
    const { id } = this;
    const ended = id === undefined ? undefined : watchedThreadEnded(id);
    if (ended !== undefined) {
      return ended || this.#terminated || (phase === ControlBlock.starting && checks >= patience);
    }
    const ids = phase === ControlBlock.starting ? this.#candidates : [nativeId];
    const alive = ids?.map(nativeThreadAlive) ?? [undefined];
    // Where the system does not tell, a terminated one is known to end.
    return !alive.some((each) => each ?? !this.#terminated);
  }

  /** Takes back a call that is delayed, so that `result` rejects; false when it was made already. */
  protected cancelDelayed(): boolean {
    const inTime = this.#control.cancel();
    if (inTime) {
      this.#lifecycle.abandon(new ManycoreError('MANYCORE_CANCELLED', `${this.name} was cancelled`));
    }
    return inTime;
  }

  /** Ends the thread at once, whatever it is doing. Nothing happens when it is not alive. */
  terminate(): void {
    if (!this.#lifecycle.isAlive) return;
    this.#terminated = true;
    this.#lifecycle.worker?.terminate();
  }

  /** Leaving an `await using` block joins. One that was not started needs nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lifecycle.dispose();
  }

  static {
    defineInspection(this, (thread: Thread) => ({
      name: thread.name,
      id: thread.id,
      state: thread.state,
      exitCode: thread.exitCode,
      daemon: thread.daemon,
      delay: thread.delay,
    }));
  }
}
