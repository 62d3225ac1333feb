import type { WaitOptions } from '@manycore/core';
import type { PoolStats } from '@manycore/pool';
import {
  Backpressure,
  type CallExecutor,
  type CallPayload,
  KeepAlive,
  type OpenCall,
  type PoolTask,
  Task,
  type TaskOptions,
} from '@manycore/pool/internal';
import type { ClusterPoolSettings } from '../options/pool-options.js';
import { CallDispatcher } from './call-dispatcher.js';
import { CallLedger } from './call-ledger.js';
import type { ClientTransport, TransportEvents } from './client-transport.js';
import { ClusterStats } from './cluster-stats.js';

/** The life of a pool over worker hosts: what it accepts, and when it has ended. */
export class ClusterExecutor implements CallExecutor {
  readonly pool: string;
  readonly #settings: ClusterPoolSettings;
  readonly #stats = new ClusterStats();
  readonly #backpressure: Backpressure;
  readonly #keepAlive = new KeepAlive();
  readonly #openCalls = new Set<OpenCall>();
  readonly #calls: CallLedger;
  readonly dispatcher: CallDispatcher;
  #lastSeq = 0;
  #state: 'open' | 'closed' | 'terminated' = 'open';
  #cancels = false;
  #joined = false;
  #ending = false;
  #resolveEnded!: () => void;
  readonly #ended = new Promise<void>((resolve) => {
    this.#resolveEnded = resolve;
  });

  constructor(
    settings: ClusterPoolSettings,
    transport: (client: string, events: TransportEvents) => ClientTransport,
  ) {
    this.pool = settings.name;
    this.#settings = settings;
    this.#backpressure = new Backpressure(settings.maxQueue, () => this.#calls.waiting);
    this.#calls = new CallLedger(
      this.pool,
      this.#stats,
      this.#keepAlive,
      () => this.#backpressure,
      () => this.#endIfDone(),
    );
    this.dispatcher = new CallDispatcher(settings, this.#calls, this.#stats, transport);
  }

  get closed(): boolean {
    return this.#state !== 'open';
  }

  get capacity(): number {
    return this.dispatcher.hosts.slots;
  }

  get waiting(): number {
    return this.#calls.waiting;
  }

  get hasRoom(): boolean {
    return this.#backpressure.hasRoom;
  }

  get summary(): string {
    if (this.#state === 'open') return 'running';
    return this.#ending ? 'ended' : this.#state === 'closed' ? 'closing' : 'terminating';
  }

  stats(): PoolStats {
    const { waiting, unsettled } = this.#calls;
    return this.#stats.stats(this.dispatcher.hosts.known, waiting, unsettled - waiting);
  }

  whenRoom(then: () => void): () => void {
    return this.#backpressure.whenRoom(then);
  }

  room(options: WaitOptions | undefined): Promise<void> {
    return this.#keepAlive.during(this.#backpressure.room(options, `room in the queue of ${this.pool}`));
  }

  submit(payload: CallPayload, options: TaskOptions): PoolTask {
    const task: PoolTask = new Task<CallPayload>(payload, options);
    task.seq = this.#lastSeq += 1;
    this.#calls.open(task);
    if (this.#state === 'terminated') this.#calls.settle(task, { status: 'terminated' });
    else if (this.#cancels) this.#calls.settle(task, { status: 'cancelled' });
    else this.dispatcher.submit(task, options);
    return task;
  }

  abort(task: PoolTask, error: unknown): void {
    this.dispatcher.stop(task, { status: 'aborted', error });
  }

  cancel(task: PoolTask): void {
    if (task.state === 'waiting') this.dispatcher.stop(task, { status: 'cancelled' });
  }

  abortUnbegun(task: PoolTask, error: unknown): void {
    if (task.state === 'waiting') this.dispatcher.stop(task, { status: 'aborted', error });
  }

  isRunning(task: PoolTask): boolean {
    return task.state === 'running' || task.state === 'sent';
  }

  cancelPending(): void {
    for (const call of [...this.#openCalls]) call.pendingCancelled();
    this.#cancels = true;
    for (const { task } of this.#calls.all()) this.cancel(task);
  }

  begin(call: OpenCall): void {
    this.#openCalls.add(call);
    if (this.#joined) call.poolJoined();
  }

  end(call: OpenCall): void {
    if (this.#openCalls.delete(call)) this.#endIfDone();
  }

  close(): void {
    if (this.#state === 'open') this.#state = 'closed';
    this.#endIfDone();
  }

  /** Keeps the program alive until the promise settles. */
  holding<T>(promise: Promise<T>): Promise<T> {
    return this.#keepAlive.during(promise);
  }

  join(): Promise<void> {
    this.#joined = true;
    for (const call of this.#openCalls) call.poolJoined();
    return this.#keepAlive.during(this.#ended);
  }

  terminate(): void {
    this.#state = 'terminated';
    for (const { task } of this.#calls.all()) this.dispatcher.stop(task, { status: 'terminated' });
    for (const call of this.#openCalls) call.poolTerminated();
    this.#openCalls.clear();
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#state === 'open' || this.#ending || this.#openCalls.size > 0 || this.#calls.unsettled > 0) return;
    this.#ending = true;
    void this.#keepAlive.during(this.#end());
  }

  async #end(): Promise<void> {
    const patience = performance.now() + this.#settings.lease;
    // What is still to be stopped at hosts: they would find out by themselves, but later.
    while (this.#calls.size > 0 && performance.now() < patience) await turn();
    await this.dispatcher.close();
    this.#resolveEnded();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
}
