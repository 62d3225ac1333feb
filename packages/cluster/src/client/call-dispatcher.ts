import { PoolTerminatedError } from '@manycore/pool';
import {
  isTraced,
  type PoolTask,
  type TaskOptions,
  type TaskResult,
  traceSubmission,
} from '@manycore/pool/internal';
import { decodeBytes } from '@manycore/queue/internal';
import type { ClusterPoolSettings } from '../options/pool-options.js';
import { newId } from '../platform/node.js';
import { protocolVersion, type ReplyMessage } from '../protocol/messages.js';
import type { Report } from '../protocol/report.js';
import { Audit } from './audit.js';
import type { CallLedger } from './call-ledger.js';
import { CallRecord } from './call-record.js';
import type { LeaseState } from './client-lease.js';
import type { ClientTransport, TransportEvents } from './client-transport.js';
import type { ClusterStats } from './cluster-stats.js';
import { encodeCall } from './encode-call.js';
import { HostView } from './host-view.js';
import { KeptCalls } from './kept-calls.js';
import { callLost, hostGone } from './loss-errors.js';
import { readAnswer } from './read-answer.js';
import { Withdrawal } from './withdrawal.js';

/** So many leases long a call that was stopped is remembered: its host may still begin it, or answer. */
const stopLeases = 3;

/** Sends the calls of a client to worker hosts, and does what the hosts' replies say. See protocol/README.md, "A call". */
export class CallDispatcher implements TransportEvents {
  readonly transport: ClientTransport;
  readonly kept: KeptCalls;
  readonly hosts: HostView;
  readonly #settings: ClusterPoolSettings;
  readonly #client: string = newId();
  readonly #calls: CallLedger;
  readonly #stats: ClusterStats;
  readonly #audit: Audit;
  readonly #withdrawal: Withdrawal;
  #closed = false;
  /** Why nothing can be sent. */
  #refusal: Error | undefined;

  constructor(
    settings: ClusterPoolSettings,
    calls: CallLedger,
    stats: ClusterStats,
    transport: (client: string, events: TransportEvents) => ClientTransport,
  ) {
    this.#settings = settings;
    this.#calls = calls;
    this.#stats = stats;
    this.transport = transport(this.#client, this);
    this.hosts = new HostView(this.transport, settings);
    this.kept = new KeptCalls(this.transport, settings);
    this.#withdrawal = new Withdrawal(this.transport, (call) => this.#calls.forget(call));
    this.#audit = new Audit(this.transport, settings.lease, {
      missing: (call) => this.#missing(call),
      begun: (call, { host, start }) => {
        if (call.lost + start > call.begun) this.#begun(call, host, start);
      },
      abandoned: (call) => this.#abandoned(call),
    });
  }

  /** Sends a new task. Subscribers of its trace may leave something there that travels with the call. */
  submit(task: PoolTask, options: TaskOptions): void {
    const { payload, priority, seq } = task;
    const submit = (): void => this.#send(task, options);
    if (!isTraced()) {
      submit();
      return;
    }
    const items = payload.shape === 'call' ? 1 : payload.values.length;
    const name = payload.target.name;
    const trace = { pool: this.#settings.name, name, id: seq, priority, items, submittedAt: performance.now() };
    payload.trace = trace;
    traceSubmission(trace, submit);
  }

  /** Settles a task before its answer, and takes its call back. */
  stop(task: PoolTask, result: TaskResult): void {
    if (task.state === 'settled') return;
    const record = this.#calls.of(task);
    this.#calls.settle(task, result);
    if (!record) return;
    record.stop = result.status === 'timed-out' ? 'timed-out' : 'aborted';
    record.stoppedAt = performance.now();
    if (record.added) this.#withdrawal.of(record);
  }

  reply({ reply, bytes }: ReplyMessage): void {
    const record = this.#calls.get(reply.call);
    if (!record) {
      if (reply.kind === 'answer') this.kept.answered(reply, bytes);
    } else if (reply.kind === 'begun') {
      this.#begun(record, reply.host, reply.start);
    } else if (reply.kind === 'report') {
      this.#reported(record, reply.host, bytes);
    } else if (record.settled) {
      this.#calls.forget(record);
    } else if (reply.kind === 'dropped') {
      this.#add(record);
    } else {
      const { host, start, ran } = reply;
      // Hosts tell it of those that take a while.
      if (start > 0 && record.lost + start > record.begun) this.#begun(record, host, start, ran);
      this.#stats.tasks.ran(reply.ran);
      if (record.task.payload.trace) record.task.payload.trace.runTime = reply.ran;
      const { shape, values } = record.task.payload;
      const result = readAnswer(reply.status, bytes, shape === 'call' ? undefined : values.length);
      if (result instanceof Promise) void result.then((read) => this.#answered(record, read));
      else this.#answered(record, result);
    }
  }

  renewed(state: LeaseState): void {
    if (state === 'replies-lost') {
      // Redis lost data: what this client does not know of its calls may have happened all the same.
      for (const record of this.#calls.all()) record.uncertain = true;
    }
    if (state !== 'kept') this.kept.askAgain();
    this.#forgetStopped();
    void this.hosts.look().then((hosts) => {
      this.#stats.saw(hosts);
      this.hosts.warnIfNone(this.#calls.waiting > 0, this.#settings.name);
      return this.#audit.run(() => this.#calls.all(), hosts);
    });
  }

  /** No call waits for a setting to be changed. */
  refused(error: Error): void {
    this.#refusal = error;
    for (const { task } of this.#calls.all()) this.stop(task, { status: 'unsendable', error });
    this.kept.refused(error);
  }

  accepted(): void {
    this.#refusal = undefined;
  }

  /** Nothing is sent any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.kept.close(new PoolTerminatedError(`${this.#settings.name} was closed`));
    await this.transport.close();
  }

  /** Calls that were stopped, and of which no reply came: their hosts are dead. */
  #forgetStopped(): void {
    const before = performance.now() - this.#settings.lease * stopLeases;
    for (const record of this.#calls.all()) {
      if (record.settled && record.stoppedAt < before) this.#calls.forget(record);
    }
  }

  #reported({ task }: CallRecord, host: string, bytes: Uint8Array | undefined): void {
    const report = bytes && (decodeBytes(bytes) as Report);
    if (!report || task.state === 'settled') return;
    this.#settings.onReport?.({ ...report, name: task.payload.target.name, task: task.seq, host });
  }

  #send(task: PoolTask, { deadline = Infinity, retries = 0 }: TaskOptions): void {
    const { target, shape, offset, wantsPartial } = task.payload;
    let values: string;
    try {
      if (this.#refusal) throw this.#refusal;
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
      reports: this.#settings.onReport !== undefined,
      trace: { pool: this.#settings.name, id: task.seq, carrier: carrierOf(task.payload.trace) },
      values,
    });
    this.#calls.record(record);
    if (deadline !== Infinity) record.watchClock(deadline, () => this.stop(task, { status: 'timed-out' }));
    this.#add(record);
  }

  /** Adds the job of a call: the first time, or again after it was lost. */
  #add(record: CallRecord): void {
    const { data, id, task } = record;
    if (!data) return;
    record.added = false;
    const job = { id, data: { ...data, starts: record.starts - record.lost }, priority: task.priority };
    this.transport.add(job).then(
      () => {
        record.added = true;
        record.uncertain = false;
        if (record.settled) this.#withdrawal.of(record);
      },
      (error: unknown) => {
        if (this.#closed) return;
        this.#calls.settle(task, { status: 'unsendable', error });
        this.#calls.forget(record);
      },
    );
  }

  /** `ago`: for how long (ms) it has been running. */
  #begun(record: CallRecord, host: string, start: number, ago = 0): void {
    record.host = host;
    record.begun = record.lost + start;
    if (record.settled) {
      this.#withdrawal.of(record);
      return;
    }
    this.#calls.begun(record, ago);
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
    const error = callLost(record.task.payload.target.name);
    this.#calls.settle(record.task, { status: 'failed', error });
    this.#calls.forget(record);
  }

  /** Its host is dead, and it may not be started again. */
  #abandoned(record: CallRecord): void {
    if (record.begun < record.starts) return;
    const error = hostGone(record.task.payload.target.name, this.#settings.lease);
    this.stop(record.task, { status: 'failed', error });
  }
}

/** What a subscriber of the tracing channel left for the host's side, such as a `traceparent`. */
function carrierOf(trace: object | undefined): unknown {
  return trace && 'carrier' in trace ? trace.carrier : undefined;
}
