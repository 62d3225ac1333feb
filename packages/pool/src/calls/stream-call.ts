import { TimeoutError } from '@manycore/core';
import { functionLabel, onAbort, type TargetRef } from '@manycore/core/internal';
import { cancellation, PoolClosedError, PoolTerminatedError } from '../errors.js';
import type { CallExecutor, OpenCall } from '../executor/call.js';
import { endsCall } from '../executor/task-error.js';
import { DeadlineTimer } from '../executor/timers.js';
import type { CallSettings, Progress } from '../options/call-options.js';
import type { TaskResult } from '../scheduler/records.js';
import { Chunk, type ChunkOwner } from './chunk.js';
import type { ItemSource, Portion } from './item-source.js';
import {
  type ChunkResults,
  type Final,
  itemResultsOf,
  ResultBuffer,
  type Taken,
} from './result-buffer.js';

/** What an `imap` calls, and how. */
export interface StreamPlan {
  readonly target: TargetRef;
  readonly source: ItemSource;
  readonly ordered: boolean;
  readonly chunkSize: number;
  /** How many chunks may be read and not yet taken by the consumer. */
  readonly readAhead: number;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Runs what reads or closes the input in its owner's async context. */
  readonly enter: <R>(fn: () => R) => R;
}

/**
 * One call for each item of an input that is read as its results are taken. Its memory is bounded by
 * the read-ahead, however long the input is. An error of one item is that item's result.
 *
 * | state    | reads on when                                 | ends by                                   |
 * |----------|-----------------------------------------------|-------------------------------------------|
 * | reading  | results not taken are fewer than the read-ahead | the input's end or error, or a join of the pool → draining |
 * | draining | –                                             | the last result is taken → over           |
 * | over     | –                                             | –                                         |
 *
 * From any state to over: the consumer leaves or aborts, the timeout is over, or the pool is terminated.
 *
 * A join of the pool must not depend on a consumer that may never take the results. So it ends the reading:
 * an input in memory is read to its end at once, any other is closed, and the error that says so comes after
 * the results. The same happens to a call whose iterator was collected: its results cannot be taken any more.
 *
 * Races:
 * - **read crosses join**: a portion of an asynchronous input arrives after the input was closed. It is
 *   dropped; the consumer gets the error that the input was not read to its end.
 * - **next crosses collection**: the iterator is collected while a `next()` of it is pending. The call is
 *   abandoned after that is settled (`ResultQueue`).
 */
export class StreamCall implements OpenCall, ChunkOwner {
  readonly shape = 'map';
  readonly wantsPartial = true;
  readonly #executor: CallExecutor;
  readonly #plan: StreamPlan;
  readonly #settings: CallSettings;
  readonly #buffer: ResultBuffer;
  readonly #onResult: () => void;
  /** Chunks that are not settled, and where their results go. */
  readonly #chunks = new Map<Chunk, ChunkResults>();
  readonly #unwatch: (() => void)[] = [];
  #state: 'reading' | 'draining' | 'over' = 'reading';
  /** What `take` returns when it is over: an error once, then the end. */
  #final: Final = { kind: 'end' };
  /** A portion is being read, or room for it is being waited for. */
  #busyReading = false;
  /** The input is in memory and is read to its end: results that were not taken do not count. */
  #unlimited = false;
  /** The results cannot be taken any more. */
  #abandoned = false;
  #read = 0;
  #done = 0;

  /** `onResult` is called when there may be a result to take. */
  constructor(executor: CallExecutor, plan: StreamPlan, settings: CallSettings, onResult: () => void) {
    this.#executor = executor;
    this.#plan = plan;
    this.#settings = settings;
    this.#buffer = new ResultBuffer(plan.ordered);
    this.#onResult = onResult;
  }

  get timeout(): number {
    return this.#settings.timeout;
  }

  get target(): TargetRef {
    return this.#plan.target;
  }

  /** How far it is, for its inspection. */
  get summary(): object {
    const state = this.#state === 'over' ? 'ended' : this.#state;
    return { target: this.target.name, state, read: this.#read, done: this.#done };
  }

  start(): void {
    const { signal, deadline } = this.#settings;
    this.#executor.begin(this);
    if (signal?.aborted) {
      this.#stop({ kind: 'failure', error: signal.reason });
      return;
    }
    if (signal) {
      const onSignal = (): void => this.#stop({ kind: 'failure', error: signal.reason });
      this.#unwatch.push(onAbort(signal, onSignal));
    }
    if (deadline !== Infinity) this.#watchClock(deadline);
    this.#pump();
  }

  /** The next result, if it has arrived. After a failure or the end comes the end. */
  take(): Taken | undefined {
    if (this.#state === 'over') {
      const final = this.#final;
      this.#final = { kind: 'end' };
      return final;
    }
    const taken = this.#buffer.take();
    if (taken?.kind === 'value' || taken?.kind === 'error') this.#pump();
    else if (taken) this.#finish();
    return taken;
  }

  /** The consumer takes no more results. Running tasks finish, and their results are ignored. */
  leave(): void {
    this.#stop({ kind: 'end' });
  }

  /** The results cannot be taken any more: the items that were read are still run. */
  abandon(): void {
    if (this.#state === 'over' || this.#abandoned) return;
    this.#abandoned = true;
    this.#buffer.discard();
    this.#endReading('its results were dropped');
    this.#finishIfAbandoned();
  }

  poolJoined(): void {
    this.#endReading(`${this.#executor.pool} was joined`);
  }

  pendingCancelled(): void {
    this.#closeReading(cancellation(this.target.name));
  }

  poolTerminated(): void {
    const text = `${functionLabel(this.target.name)} was not done: ${this.#executor.pool} was terminated`;
    this.#stop({ kind: 'failure', error: new PoolTerminatedError(text) });
  }

  #watchClock(deadline: number): void {
    const timer = new DeadlineTimer(() => {
      if (performance.now() < deadline) {
        timer.set(deadline);
        return;
      }
      const text = `the results of ${functionLabel(this.target.name)} were not taken within ${this.timeout} ms`;
      this.#stop({ kind: 'failure', error: new TimeoutError(text) });
    });
    timer.set(deadline);
    this.#unwatch.push(() => timer.clear());
  }

  /** Reads and submits as far as the read-ahead and the pool's queue allow. */
  #pump(): void {
    while (this.#state === 'reading' && !this.#busyReading && this.#isWithinReadAhead()) {
      if (!this.#executor.hasRoom) {
        this.#busyReading = true;
        this.#executor.whenRoom(() => this.#readOn());
        return;
      }
      const { source, chunkSize, enter } = this.#plan;
      this.#busyReading = true;
      const portion = enter(() => source.read(chunkSize));
      if (portion instanceof Promise) {
        void portion.then((items) => {
          this.#submit(items);
          this.#readOn();
        });
        return;
      }
      this.#submit(portion);
      this.#busyReading = false;
    }
  }

  #isWithinReadAhead(): boolean {
    const { open, unsettled } = this.#buffer;
    return (this.#unlimited ? unsettled : open) < this.#plan.readAhead;
  }

  #readOn(): void {
    this.#busyReading = false;
    this.#pump();
  }

  #submit({ items, ended, failure }: Portion): void {
    if (this.#state !== 'reading') return;
    if (items.length > 0) {
      const chunk = new Chunk(this, this.#read, items, 0, items.length);
      this.#read += items.length;
      this.#chunks.set(chunk, this.#buffer.openChunk());
      chunk.task = this.#executor.submit(chunk, this.#settings);
    }
    if (!ended) return;
    this.#stopReading(failure ? { kind: 'failure', error: failure.error } : { kind: 'end' });
    // A consumer that took all results may be waiting for more.
    this.#onResult();
    this.#finishIfAbandoned();
  }

  /** Reads an input in memory to its end, and closes any other. */
  #endReading(why: string): void {
    if (this.#state !== 'reading' || this.#unlimited) return;
    if (this.#plan.source.takeRest()) {
      this.#unlimited = true;
      this.#pump();
      return;
    }
    const error = new PoolClosedError(
      `the input of ${functionLabel(this.target.name)} was read no further than ${this.#read} items, because ${why}; ` +
        'take all results before, or give the items as an array',
    );
    this.#closeReading(error);
  }

  /** Ends the reading: `error` comes after the results. */
  #closeReading(error: Error): void {
    this.#closeSource();
    this.#stopReading({ kind: 'failure', error });
    this.#onResult();
    this.#finishIfAbandoned();
  }

  chunkSettled(chunk: Chunk, result: TaskResult, error: unknown): void {
    const results = this.#chunks.get(chunk);
    this.#chunks.delete(chunk);
    if (this.#state === 'over' || !results) return;
    if (endsCall(result)) {
      this.#buffer.fail(results, error);
      this.#endAt(chunk, error);
    } else {
      this.#buffer.settle(results, itemResultsOf(result, error, chunk.length));
      this.#report(chunk.length);
      if (this.#unlimited) this.#pump();
    }
    this.#onResult();
    this.#finishIfAbandoned();
  }

  /** The iteration ends with an error in this chunk's place: the chunks after it are dropped. */
  #endAt(failed: Chunk, error: unknown): void {
    this.#closeSource();
    this.#stopReading({ kind: 'end' });
    for (const chunk of this.#chunks.keys()) {
      if (!chunk.task) continue;
      if (!this.#plan.ordered || chunk.offset > failed.offset) this.#executor.abortUnbegun(chunk.task, error);
    }
  }

  #report(items: number): void {
    this.#done += items;
    const { onProgress, source } = this.#plan;
    if (!onProgress) return;
    const done = this.#done;
    const total = source.total ?? (this.#state === 'reading' ? undefined : this.#read);
    // In a microtask of its own: the callback may call the pool, which is in the middle of a step.
    queueMicrotask(() => onProgress({ done, total }));
  }

  #stopReading(end: Final): void {
    if (this.#state !== 'reading') return;
    this.#state = 'draining';
    this.#buffer.finish(end);
    this.#executor.end(this);
  }

  /** Ends the call from outside: the next result is `final`, and all others are dropped. */
  #stop(final: Final): void {
    if (this.#state === 'over') return;
    this.#closeSource();
    this.#finish();
    this.#final = final;
    const reason = final.kind === 'failure' ? final.error : undefined;
    for (const { task } of this.#chunks.keys()) {
      // A consumer that leaves does not stop running tasks.
      if (!task) continue;
      if (final.kind === 'failure') this.#executor.abort(task, reason);
      else this.#executor.abortUnbegun(task, reason);
    }
    this.#onResult();
  }

  #closeSource(): void {
    if (this.#state === 'reading') this.#plan.enter(() => this.#plan.source.close());
  }

  #finishIfAbandoned(): void {
    if (this.#abandoned && this.#state === 'draining' && this.#chunks.size === 0) this.#finish();
  }

  #finish(): void {
    this.#state = 'over';
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    this.#executor.end(this);
  }
}
