import { type AnyFunction, ManycoreError, type WaitOptions } from '@manycore/core';
import {
  Activity,
  defineInspection,
  type OutgoingCall,
  type WorkerEndpoint,
} from '@manycore/core/internal';
import { ChildChannel } from './child-channel.js';
import { currentProcess } from './current-process.js';
import type { Readable, Writable } from './platform/node.js';
import { checkSystemOptions, type ProcessOptions } from './process-options.js';
import { forgetProcess, nextProcessName, rememberProcess } from './process-registry.js';
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
export class Process<F extends AnyFunction = (...args: unknown[]) => unknown> extends Activity<F> {
  protected readonly kind = 'process';
  readonly #options: ProcessOptions<F>;
  #pid: number | undefined;
  #closed = false;

  constructor(options: ProcessOptions<F>) {
    super('process', nextProcessName(options.name), options, currentProcess().daemon);
    checkSystemOptions(options);
    this.#options = options;
  }

  protected spawn(call: OutgoingCall): WorkerEndpoint {
    this.#assertOpen('start it');
    const { env, cwd, execArgv, stdio, ignoreInterrupt } = this.#options;
    const { name, daemon } = this;
    const channel = spawnProcess({ name, daemon, call, env, cwd, execArgv, stdio, ignoreInterrupt });
    this.#pid = channel.pid;
    rememberProcess(this);
    return channel;
  }

  protected override onAnswered(): void {
    this.worker?.close();
  }

  protected override onDone(): void {
    forgetProcess(this);
  }

  override start(): this {
    this.#assertOpen('start it');
    return super.start();
  }

  override async join(options?: WaitOptions): Promise<void> {
    this.#assertOpen('join it');
    await super.join(options);
  }

  override get result(): Promise<Awaited<ReturnType<F>>> {
    if (!this.#closed) return super.result;
    const refused = Promise.reject(this.#closedError('read its result'));
    refused.catch(() => undefined);
    return refused;
  }

  override isAlive(): boolean {
    this.#assertOpen('ask whether it is alive');
    return super.isAlive();
  }

  override get exitCode(): number | undefined {
    this.#assertOpen('read its exitCode');
    return super.exitCode;
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
    return this.worker instanceof ChildChannel ? this.worker.child : undefined;
  }

  /** Asks the process to end, by SIGTERM; it may handle that. Nothing happens when it is not alive. */
  terminate(): void {
    if (this.isAlive()) this.worker?.terminate();
  }

  /** Ends the process at once, by SIGKILL. Nothing happens when it is not alive. */
  kill(): void {
    if (this.isAlive()) this.worker?.kill();
  }

  /**
   * Lets go of what belongs to a process that is done, or was never started. Afterwards it has a `name`
   * and a `daemon`, and refuses all else with `MANYCORE_CLOSED`; closing again does nothing.
   *
   * @throws ManycoreError (`MANYCORE_STILL_RUNNING`) while the process runs: `terminate` or `join` it first.
   */
  close(): void {
    if (this.#closed) return;
    if (super.isAlive()) {
      throw new ManycoreError(
        'MANYCORE_STILL_RUNNING',
        `${this.name} cannot be closed while it runs; terminate() it or await join() first`,
      );
    }
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream?.destroy();
    this.#closed = true;
    // Of one that was never started: a caller may be waiting for it.
    this.abandon(this.#closedError('wait for its result'));
  }

  /** Leaving an `await using` block joins. One that was not started, or is closed, needs nothing. */
  override async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#closed) await super[Symbol.asyncDispose]();
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
      exitCode: process.#exitCodeSoFar,
      daemon: process.daemon,
      // The fields of which objects of this class consist.
      kind: undefined,
      transfer: undefined,
    }));
  }

  get #state(): 'initial' | 'running' | 'done' | 'closed' {
    if (this.#closed) return 'closed';
    if (!this.worker) return 'initial';
    return super.isAlive() ? 'running' : 'done';
  }

  get #exitCodeSoFar(): number | undefined {
    return super.exitCode;
  }
}
