import { WorkerDiedError, type WaitOptions } from '@manycore/core';
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
  type TaskResult,
} from '@manycore/pool/internal';
import { CallLostError } from '../errors.js';
import type { ClusterPoolSettings } from '../options/pool-options.js';
import { newId } from '../platform/node.js';
import { protocolVersion, type ReplyMessage } from '../protocol/messages.js';
import { Audit } from './audit.js';
import { CallLedger } from './call-ledger.js';
import { CallRecord } from './call-record.js';
import type { LeaseState } from './client-lease.js';
import type { ClientTransport, TransportEvents } from './client-transport.js';
import { ClusterStats } from './cluster-stats.js';
import { encodeCall } from './encode-call.js';
import { HostView } from './host-view.js';
import { readAnswer } from './read-answer.js';
import { Withdrawal } from './withdrawal.js';

/** Runs the tasks of calls on worker hosts. See protocol/README.md, "A call". */
export class ClusterExecutor implements CallExecutor, TransportEvents {
  readonly pool: string;
  readonly #settings: ClusterPoolSettings;
  readonly #client = newId();
  readonly #transport: ClientTransport;
  readonly #hosts: HostView;
  readonly #audit: Audit;
  readonly #withdrawal: Withdrawal;
  readonly #stats = new ClusterStats();
  readonly #backpressure: Backpressure;
  readonly #keepAlive = new KeepAlive();
  readonly #openCalls = new Set<OpenCall>();
  readonly #calls: CallLedger;
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
    this.#transport = transport(this.#client, this);
    this.#hosts = new HostView(this.#transport, settings);
    this.#withdrawal = new Withdrawal(this.#transport, (call) => this.#calls.forget(call));
    this.#audit = new Audit(this.#transport, settings.lease, {
      missing: (call) => this.#missing(call),
      abandoned: (call) => this.#abandoned(call),
    });
  }

  get closed(): boolean {
    return this.#state !== 'open';
  }

  get limits(): { readonly max: number } {
    return { max: this.#hosts.slots };
  }

  get waiting(): number {
    return this.#calls.waiting;
  }

  get hasRoom(): boolean {
    return this.#backpressure.hasRoom;
  }

  get transport(): ClientTransport {
    return this.#transport;
  }

  get summary(): string {
    if (this.#state === 'open') return 'running';
    return this.#ending ? 'ended' : this.#state === 'closed' ? 'closing' : 'terminating';
  }

  stats(): PoolStats {
    const { waiting, unsettled } = this.#calls;
    return this.#stats.stats(this.#hosts.known, waiting, unsettled - waiting);
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
    else this.#send(task, options);
    return task;
  }

  abort(task: PoolTask, error: unknown): void {
    this.#stop(task, { status: 'aborted', error });
  }

  cancel(task: PoolTask): void {
    if (task.state === 'waiting') this.#stop(task, { status: 'cancelled' });
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

  join(): Promise<void> {
    this.#joined = true;
    for (const call of this.#openCalls) call.poolJoined();
    return this.#keepAlive.during(this.#ended);
  }

  terminate(): void {
    this.#state = 'terminated';
    for (const { task } of this.#calls.all()) this.#stop(task, { status: 'terminated' });
    for (const call of this.#openCalls) call.poolTerminated();
    this.#openCalls.clear();
    this.#endIfDone();
  }

  reply({ reply, bytes }: ReplyMessage): void {
    const record = this.#calls.get(reply.call);
    if (!record) return;
    switch (reply.kind) {
      case 'begun':
        this.#begun(record, reply.host, reply.start);
        break;
      case 'dropped':
        if (record.settled) this.#calls.forget(record);
        else this.#add(record);
        break;
      case 'answer': {
        if (record.settled) {
          this.#calls.forget(record);
          break;
        }
        this.#stats.ran(reply.ran);
        const { shape, values } = record.task.payload;
        const result = readAnswer(reply.status, bytes, shape === 'call' ? undefined : values.length);
        if (result instanceof Promise) void result.then((read) => this.#answered(record, read));
        else this.#answered(record, result);
        break;
      }
      case 'report':
        break;
    }
  }

  renewed(state: LeaseState): void {
    if (state === 'replies-lost') {
      // Redis lost data: what this client does not know of its calls may have happened all the same.
      for (const record of this.#calls.all()) record.uncertain = true;
    }
    void this.#hosts.look().then((hosts) => {
      this.#stats.saw(hosts);
      this.#hosts.warnIfNone(this.#calls.waiting > 0, this.pool);
      return this.#audit.run(() => this.#calls.all(), hosts);
    });
  }

  #send(task: PoolTask, { deadline = Infinity, retries = 0 }: TaskOptions): void {
    const { target, shape, offset, wantsPartial } = task.payload;
    let values: string;
    try {
      values = encodeCall(task.payload, this.#settings.maxPayload);
    } catch (error) {
      this.#calls.settle(task, { status: 'unsendable', error });
      return;
    }
    const record = new CallRecord(`${this.#client}-${task.seq}`, task, {
      protocol: protocolVersion,
      client: this.#client,
      name: target.name,
      version: this.#settings.version,
      shape,
      offset,
      wantsPartial,
      starts: retries + 1,
      keep: undefined,
      reports: this.#settings.onLog !== undefined,
      trace: { pool: this.pool, id: task.seq },
      values,
    });
    this.#calls.record(record);
    if (deadline !== Infinity) record.watchClock(deadline, () => this.#stop(task, { status: 'timed-out' }));
    this.#add(record);
  }

  /** Adds the job of a call: the first time, or again after it was lost. */
  #add(record: CallRecord): void {
    const { data, id, task } = record;
    if (!data) return;
    record.added = false;
    const job = { id, data: { ...data, starts: record.starts - record.lost }, priority: task.priority };
    this.#transport.add(job).then(
      () => {
        record.added = true;
        record.uncertain = false;
        if (record.settled) this.#withdrawal.of(record);
      },
      (error: unknown) => {
        if (this.#ending) return;
        this.#calls.settle(task, { status: 'unsendable', error });
        this.#calls.forget(record);
      },
    );
  }

  #begun(record: CallRecord, host: string, start: number): void {
    record.host = host;
    record.begun = record.lost + start;
    if (record.settled) {
      this.#withdrawal.of(record);
      return;
    }
    this.#calls.begun(record);
  }

  #answered(record: CallRecord, result: TaskResult): void {
    this.#calls.settle(record.task, result);
    this.#calls.forget(record);
  }

  /** Its job is gone, and no answer came. */
  #missing(record: CallRecord): void {
    const begun = record.uncertain ? Math.max(record.begun, record.lost + 1) : record.begun;
    if (begun < record.starts) {
      record.lost = begun;
      record.host = undefined;
      this.#add(record);
      return;
    }
    const { name } = record.task.payload.target;
    const error = new CallLostError(
      `Redis lost the call of \`${name}\`, and whether it was run is not known. Let Redis keep what it has ` +
        '(appendonly yes, appendfsync always), or give `retries` to calls that may be run twice',
    );
    this.#calls.settle(record.task, { status: 'failed', error });
    this.#calls.forget(record);
  }

  /** Its host is dead, and it may not be started again. */
  #abandoned(record: CallRecord): void {
    if (record.begun < record.starts) return;
    const { name } = record.task.payload.target;
    const error = new WorkerDiedError(
      `the worker host that ran \`${name}\` is gone: it did not renew its lease of ${this.#settings.lease} ms`,
      { exitCode: Number.NaN },
    );
    this.#stop(record.task, { status: 'failed', error });
  }

  /** Settles a task before its answer, and takes its call back. */
  #stop(task: PoolTask, result: TaskResult): void {
    if (task.state === 'settled') return;
    const record = this.#calls.of(task);
    this.#calls.settle(task, result);
    if (!record) return;
    record.stop = result.status === 'timed-out' ? 'timed-out' : 'aborted';
    record.stoppedAt = performance.now();
    if (record.added) this.#withdrawal.of(record);
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
    await this.#transport.close();
    this.#resolveEnded();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 5);
  });
}
