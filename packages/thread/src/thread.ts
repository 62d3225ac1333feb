import {
  type ActivityOptions,
  type AnyFunction,
  ManycoreError,
  type SyncWaitOptions,
  TimeoutError,
  type Transferable,
} from '@manycore/core';
import {
  Activity,
  checkTransfer,
  defineInspection,
  type OutgoingCall,
  timeoutOf,
  type WorkerEndpoint,
} from '@manycore/core/internal';
import { reportFailure } from '@manycore/core/worker';
import { ControlBlock } from './control-block.js';
import { nativeThreadAlive, nativeThreadIds } from './platform/node.js';
import { type ResourceLimits, spawnThread } from './spawn-thread.js';
import { checkResourceLimits } from './resource-limits.js';
import { schedulingState, type ThreadState } from './thread-state.js';
import { forgetThread, nextThreadName, rememberThread, startsDaemons } from './thread-registry.js';
import { WorkerThreadEndpoint } from './worker-thread-endpoint.js';

export type ThreadOptions<F extends AnyFunction> = ActivityOptions<F> & {
  /** Transfers these instead of copying them; `move(value)` in `args` does the same. */
  readonly transfer?: readonly Transferable[] | undefined;
  /** Limits of the thread's heap and stack, in megabytes, as of Node's `Worker`. */
  readonly resourceLimits?: ResourceLimits | undefined;
};

/** How long a blocked join sleeps before it looks whether the thread was ended from outside, in ms. */
const liveness = 50;

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
export class Thread<F extends AnyFunction = (...args: unknown[]) => unknown> extends Activity<F> {
  protected readonly kind = 'thread';
  protected override readonly transfer: readonly Transferable[];
  readonly #resourceLimits: ResourceLimits | undefined;
  readonly #control = new ControlBlock();
  /** The system's threads that began while this one was made: it is among them, or gone already. */
  #candidates: readonly number[] | undefined;
  #terminated = false;
  /** Milliseconds that the thread waits before it calls its target. */
  protected readonly delay: number | undefined = undefined;

  constructor(options: ThreadOptions<F>) {
    super('thread', nextThreadName(options.name), options, startsDaemons());
    this.transfer = checkTransfer(options.transfer ?? []);
    this.#resourceLimits = options.resourceLimits;
    checkResourceLimits(options.resourceLimits);
  }

  protected spawn(call: OutgoingCall): WorkerEndpoint {
    const before = nativeThreadIds();
    const worker = spawnThread({
      name: this.name,
      daemon: this.daemon,
      call,
      resourceLimits: this.#resourceLimits,
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

  protected override onDone(): void {
    forgetThread(this);
  }

  /** Node's id of the thread (`threadId`), from `start` on. */
  get id(): number | undefined {
    return this.worker instanceof WorkerThreadEndpoint ? this.worker.threadId : undefined;
  }

  get state(): ThreadState {
    if (!this.worker) return 'start';
    if (!this.isAlive()) return 'done';
    return this.#control.phase === ControlBlock.starting
      ? 'ready'
      : schedulingState(this.#control.nativeId);
  }

  override isAlive(): boolean {
    return super.isAlive() && this.#control.phase !== ControlBlock.done;
  }

  override get exitCode(): number | undefined {
    const ended = this.#control.phase === ControlBlock.done;
    return super.exitCode ?? (ended ? this.#control.exitCode : undefined);
  }

  /**
   * `join` that blocks the calling thread, event loop and all.
   *
   * @throws ManycoreError before `start`; TimeoutError.
   */
  joinSync(options?: SyncWaitOptions): void {
    const timeout = timeoutOf(options);
    if (!this.worker) {
      throw new ManycoreError(
        'MANYCORE_NOT_STARTED',
        `${this.name} cannot be joined before it was started; call start() first`,
      );
    }
    const deadline = performance.now() + timeout;
    while (this.isAlive() && !this.#gone()) {
      const left = deadline - performance.now();
      if (left <= 0) throw new TimeoutError(`${this.name} was not done within ${timeout} ms`);
      this.#control.waitWhile(this.#control.phase, Math.min(left, liveness));
    }
  }

  /** Whether the thread ended without a word: out of memory, or terminated. */
  #gone(): boolean {
    const { phase, nativeId } = this.#control;
    if (phase === ControlBlock.done) return true;
    const ids = phase === ControlBlock.starting ? this.#candidates : [nativeId];
    const alive = ids?.map(nativeThreadAlive) ?? [undefined];
    // Where the system does not tell, `terminate` at least is known to end it.
    if (alive.some((each) => each ?? !this.#terminated)) return false;
    // It may have said something just before it vanished: the phase is looked at last.
    return this.#control.giveUp(phase);
  }

  /** Takes back a call that is delayed; false when it was made already. */
  protected cancelDelayed(): boolean {
    return this.#control.cancel();
  }

  /** Ends the thread at once, whatever it is doing. Nothing happens when it is not alive. */
  terminate(): void {
    if (!super.isAlive()) return;
    this.#terminated = true;
    this.worker?.terminate();
  }

  static {
    defineInspection(this, (thread: Thread) => ({
      name: thread.name,
      id: thread.id,
      state: thread.state,
      exitCode: thread.exitCode,
      daemon: thread.daemon,
      delay: thread.delay,
      // The other fields of which objects of this class consist.
      kind: undefined,
      transfer: undefined,
    }));
  }
}
