import {
  Activity,
  type AnyFunction,
  ManycoreError,
  type OutgoingCall,
  type WorkerEndpoint,
} from '@manycore/core';
import { ChildChannel } from './child-channel.js';
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
    super('process', nextProcessName(options.name), options);
    checkSystemOptions(options);
    this.#options = options;
  }

  protected spawn(call: OutgoingCall): WorkerEndpoint {
    const { env, cwd, execArgv, stdio } = this.#options;
    const { name, daemon } = this;
    const channel = spawnProcess({ name, daemon, call, env, cwd, execArgv, stdio });
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
    this.#assertOpen();
    return super.start();
  }

  /** The system's id of the process, from `start` on. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** The child's standard streams, where `stdio` made pipes of them. */
  get stdin(): Writable | null {
    return this.#child?.stdin ?? null;
  }

  get stdout(): Readable | null {
    return this.#child?.stdout ?? null;
  }

  get stderr(): Readable | null {
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
   * Lets go of what belongs to a process that is done; afterwards it cannot be started.
   *
   * @throws ManycoreError while the process runs: `terminate` or `join` it first.
   */
  close(): void {
    if (this.isAlive()) {
      throw new ManycoreError(
        'MANYCORE_STILL_RUNNING',
        `${this.name} cannot be closed while it runs; terminate() it or await join() first`,
      );
    }
    this.#closed = true;
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream?.destroy();
  }

  #assertOpen(): void {
    if (!this.#closed) return;
    throw new ManycoreError('MANYCORE_CLOSED', `${this.name} is closed; make a new Process`);
  }
}
