import type {
  KeepAlive} from '@manycore/pool/internal';
import {
  type Backpressure,
  type PoolTask,
  taskError,
  type TaskResult,
  traceSettlement,
} from '@manycore/pool/internal';
import type { CallRecord } from './call-record.js';
import type { ClusterStats } from './cluster-stats.js';

/** The calls of a client: how many wait and run, and the one result of each. */
export class CallLedger {
  readonly #pool: string;
  readonly #stats: ClusterStats;
  readonly #backpressure: () => Backpressure;
  readonly #onDone: () => void;
  readonly #keepAlive: KeepAlive;
  /** By id: all that are not settled, and those that are and are still to be stopped. */
  readonly #records = new Map<string, CallRecord>();
  readonly #byTask = new WeakMap<PoolTask, CallRecord>();
  #waiting = 0;
  #unsettled = 0;
  /** The program is kept alive for an unsettled call. */
  #holds = false;

  /** `onDone` is called when a call was settled or forgotten. */
  constructor(
    pool: string,
    stats: ClusterStats,
    keepAlive: KeepAlive,
    backpressure: () => Backpressure,
    onDone: () => void,
  ) {
    this.#pool = pool;
    this.#stats = stats;
    this.#keepAlive = keepAlive;
    this.#backpressure = backpressure;
    this.#onDone = onDone;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get unsettled(): number {
    return this.#unsettled;
  }

  /** Those that are settled and not stopped yet included. */
  get size(): number {
    return this.#records.size;
  }

  /** A copy: what is done with one may change the others. */
  all(): CallRecord[] {
    return [...this.#records.values()];
  }

  get(id: string): CallRecord | undefined {
    return this.#records.get(id);
  }

  of(task: PoolTask): CallRecord | undefined {
    return this.#byTask.get(task);
  }

  /** A new task, which waits. */
  open(task: PoolTask): void {
    task.submittedAt = performance.now();
    this.#stats.tasks.submitted();
    this.#waiting += 1;
    this.#unsettled += 1;
    this.#hold();
  }

  record(record: CallRecord): void {
    this.#records.set(record.id, record);
    this.#byTask.set(record.task, record);
  }

  /** A host began it, so many milliseconds ago. */
  begun(record: CallRecord, ago: number): void {
    const { task } = record;
    task.attempt = record.begun;
    const sentAt = Math.max(performance.now() - ago, task.submittedAt);
    task.sentAt = sentAt;
    this.#stats.tasks.begun(record.begun, sentAt - task.submittedAt);
    const { trace } = task.payload;
    if (trace) {
      trace.attempt = task.attempt;
      trace.sentAt = sentAt;
      trace.queueWait ??= sentAt - task.submittedAt;
      Object.assign(trace, { host: record.host });
    }
    if (task.state !== 'waiting') return;
    task.state = 'running';
    this.#waiting -= 1;
    this.#backpressure().update();
  }

  /** Gives a task its result, unless it has one. */
  settle(task: PoolTask, result: TaskResult): void {
    if (task.state === 'settled') return;
    if (task.state === 'waiting') this.#waiting -= 1;
    task.state = 'settled';
    this.#unsettled -= 1;
    this.#byTask.get(task)?.close();
    const { payload } = task;
    const place = { pool: this.#pool, name: payload.target.name, timeout: payload.timeout };
    const error = result.status === 'ok' ? undefined : taskError(result, place);
    this.#stats.tasks.settled(result);
    const { trace } = payload;
    if (!trace) {
      payload.settle(result, error);
    } else {
      trace.settledAt = performance.now();
      if (result.status !== 'ok') trace.error = error;
      traceSettlement(trace, () => payload.settle(result, error));
    }
    this.#hold();
    this.#backpressure().update();
    this.#onDone();
  }

  /** Nothing of it is left to be done. */
  forget(record: CallRecord): void {
    this.#records.delete(record.id);
    this.#onDone();
  }

  /** The program must not end while a call is unsettled. */
  #hold(): void {
    const wanted = this.#unsettled > 0;
    if (wanted === this.#holds) return;
    this.#holds = wanted;
    if (wanted) this.#keepAlive.hold();
    else this.#keepAlive.release();
  }
}
