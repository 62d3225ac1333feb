import { type AnyFunction, type BaseWorker, ManycoreError, type WaitOptions } from '@manycore/core';
import {
  defineInspection,
  type OutgoingCall,
  type WorkerEndpoint,
  WorkerLifecycle,
} from '@manycore/core/internal';

import { ChildChannel } from './child-channel.js';
import { currentProcess } from './current-process.js';
import { onExit, type Readable, type Writable } from './platform/node.js';
import { checkSystemOptions, type ProcessOptions } from './process-options.js';
import { spawnProcess } from './spawn-process.js';

/**
 * A function that runs in a process of its own.
 *
 * @example
 * ```ts
 * import { isMain, Process } from '@manycore/process';
 *
 * export function greet(name: string): string {
 *   return `Hello ${name} from another process`;
 * }
 *
 * if (isMain(import.meta)) {
 *   const child = new Process({ target: greet, args: ['you'] }).start();
 *   console.log(await child.result); // → Hello you from another process
 * }
 * ```
 */
export class Process<F extends AnyFunction = (...args: unknown[]) => unknown>
  implements BaseWorker<F>
{
  readonly name: string;
  readonly daemon: boolean;
  readonly #lifecycle: WorkerLifecycle<F>;
  readonly #options: ProcessOptions<F>;
  #pid: number | undefined;
  #closed = false;

  constructor(options: ProcessOptions<F>) {
    this.#lifecycle = new WorkerLifecycle(
      'process',
      nextProcessName(options.name),
      options,
      currentProcess().daemon,
    );
    this.name = this.#lifecycle.name;
    this.daemon = this.#lifecycle.daemon;
    checkSystemOptions(options);
    this.#options = options;
  }

  /**
   * Starts the process; returns at once.
   *
   * @throws ManycoreError when called twice; NotCloneableError when an argument cannot cross;
   * BootstrapError while a worker loads its module; the signal's reason when it is aborted already.
   */
  start(): this {
    this.#assertOpen('start it');
    this.#lifecycle.start({
      spawn: (call) => this.#spawn(call),
      onAnswered: (worker) => {
        worker.close();
      },
      onDone: () => {
        forgetProcess(this);
      },
    });
    return this;
  }

  #spawn(call: OutgoingCall): WorkerEndpoint {
    this.#assertOpen('start it');
    const { env, cwd, execArgv, argv, nice, stdio, ignoreInterrupt } = this.#options;
    const { name, daemon } = this;
    const system = { env, cwd, execArgv, argv, nice, stdio, ignoreInterrupt };
    const channel = spawnProcess({ ...system, name, daemon, call });
    this.#pid = channel.pid;
    rememberProcess(this);
    return channel;
  }

  /**
   * Waits until the process has ended, however it ended: `exitCode` and `result` tell how. Never rejects
   * for an error of the target.
   *
   * @throws ManycoreError before `start`; TimeoutError, or the signal's reason.
   */
  async join(options?: WaitOptions): Promise<void> {
    this.#assertOpen('join it');
    await this.#lifecycle.join(options);
  }

  /**
   * What the target returned. Rejects with what it threw, or with WorkerDiedError when the process ended
   * before it answered.
   */
  get result(): Promise<Awaited<ReturnType<F>>> {
    if (!this.#closed) return this.#lifecycle.result;
    const refused = Promise.reject(this.#closedError('read its result'));
    refused.catch(() => undefined);
    return refused;
  }

  /** Whether it was started and has not ended. */
  isAlive(): boolean {
    this.#assertOpen('ask whether it is alive');
    return this.#lifecycle.isAlive;
  }

  /** undefined until it has ended; 0; 1 after an exception; the code given to `process.exit`; −N for signal N. */
  get exitCode(): number | undefined {
    this.#assertOpen('read its exitCode');
    return this.#lifecycle.exitCode;
  }

  /** The system's id of the process, from `start` on. */
  get pid(): number | undefined {
    this.#assertOpen('read its pid');
    return this.#pid;
  }

  /** The child's standard streams, where `stdio` made pipes of them. */
  get stdin(): Writable | null {
    this.#assertOpen('read its stdin');
    return this.#child?.stdin ?? null;
  }

  get stdout(): Readable | null {
    this.#assertOpen('read its stdout');
    return this.#child?.stdout ?? null;
  }

  get stderr(): Readable | null {
    this.#assertOpen('read its stderr');
    return this.#child?.stderr ?? null;
  }

  get #child(): ChildChannel['child'] | undefined {
    const { worker } = this.#lifecycle;
    return worker instanceof ChildChannel ? worker.child : undefined;
  }

  /** Asks the process to end, by SIGTERM; it may handle that. Nothing happens when it is not alive. */
  terminate(): void {
    if (this.isAlive()) this.#lifecycle.worker?.terminate();
  }

  /** Ends the process at once, by SIGKILL. Nothing happens when it is not alive. */
  kill(): void {
    if (this.isAlive()) this.#lifecycle.worker?.kill();
  }

  /**
   * Releases the resources of a process that has ended, or was never started. Afterwards only `name` and
   * `daemon` can be read, and all else throws `MANYCORE_CLOSED`; closing again does nothing.
   *
   * @throws ManycoreError (`MANYCORE_STILL_RUNNING`) while the process runs: `terminate` or `join` it first.
   */
  close(): void {
    if (this.#closed) return;
    if (this.#lifecycle.isAlive) {
      throw new ManycoreError(
        'MANYCORE_STILL_RUNNING',
        `${this.name} cannot be closed while it runs; terminate() it or await join() first`,
      );
    }
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream?.destroy();
    this.#closed = true;
    // Of one that was never started: a caller may be waiting for it.
    this.#lifecycle.abandon(this.#closedError('wait for its result'));
  }

  /** Leaving an `await using` block joins. One that was not started, or is closed, needs nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closed) await this.#lifecycle.dispose();
  }

  #assertOpen(purpose: string): void {
    if (this.#closed) throw this.#closedError(purpose);
  }

  #closedError(purpose: string): ManycoreError {
    return new ManycoreError(
      'MANYCORE_CLOSED',
      `${this.name} is closed; make a new Process, or ${purpose} before close()`,
    );
  }

  static {
    defineInspection(this, (process: Process) => ({
      name: process.name,
      pid: process.#pid,
      state: process.#state,
      exitCode: process.#lifecycle.exitCode,
      daemon: process.daemon,
    }));
  }

  get #state(): 'initial' | 'running' | 'done' | 'closed' {
    if (this.#closed) return 'closed';
    if (!this.#lifecycle.worker) return 'initial';
    return this.#lifecycle.isAlive ? 'running' : 'done';
  }
}

/** What the registry needs of a child process. */
interface RegisteredChild {
  readonly daemon: boolean;
  isAlive(): boolean;
  kill(): void;
}

let lastNumber = 0;
const live = new Set<RegisteredChild>();
let stopWatchingExit: (() => void) | undefined;

/** `Process-1`, `Process-2`, … for processes that were given no name. */
function nextProcessName(given: string | undefined): string {
  return given ?? `Process-${(lastNumber += 1)}`;
}

function rememberProcess(child: RegisteredChild): void {
  live.add(child);
  if (anyDaemon()) stopWatchingExit ??= onExit(killDaemons);
}

function forgetProcess(child: RegisteredChild): void {
  live.delete(child);
  if (anyDaemon()) return;
  stopWatchingExit?.();
  stopWatchingExit = undefined;
}

/** The children that are alive. */
function liveChildren(): RegisteredChild[] {
  return [...live].filter((child) => child.isAlive());
}

function anyDaemon(): boolean {
  return [...live].some((child) => child.daemon);
}

/** Daemons end with their parent; those of a parent that is killed notice it by themselves. */
function killDaemons(): void {
  for (const child of live) if (child.daemon) child.kill();
}

/** The processes that this thread started and that are alive. */
export function activeChildren(): Process[] {
  return liveChildren().filter((child): child is Process => child instanceof Process);
}
