import { TimeoutError } from '@manycore/core';
import { onAbort, type TargetRef } from '@manycore/core/internal';
import { Alarm } from '../engine/alarm.js';
import type { Engine } from '../engine/engine.js';
import type { Outcome } from '../engine/outcome.js';
import type { OpenCall } from '../engine/work.js';
import { cancellation } from '../errors/cancellation.js';
import { PoolClosedError } from '../errors/pool-closed-error.js';
import { PoolTerminatedError } from '../errors/pool-terminated-error.js';
import type { CallSettings } from '../options/call-options.js';
import type { ItemResults } from '../transport/job.js';
import type { Portion } from './item-source.js';
import { type Final, ResultBuffer, type Taken } from './result-buffer.js';
import { StreamChunk } from './stream-chunk.js';
import type { StreamPlan } from './stream-plan.js';

/**
 * One call for each item of an input that is read as its results are taken. What it holds is bounded by
 * the read-ahead, however long the input is. An error of one item is that item's result.
 *
 * | state    | reads on when                                 | ends by                                   |
 * |----------|-----------------------------------------------|-------------------------------------------|
 * | reading  | the consumer is less than the read-ahead back | the input's end or error, or a join of the pool → draining |
 * | draining | –                                             | the last result is taken → over           |
 * | over     | –                                             | –                                         |
 *
 * From any state to over: the consumer leaves, aborts or is out of time; the pool is terminated.
 *
 * A join of the pool must not depend on a consumer that may never come. So it ends the reading: what lies
 * in memory as a whole is taken and run to its end, any other input is closed, and the error that says so
 * comes after the results. The same happens to a call whose results cannot be taken any more, because
 * their iterator was collected.
 *
 * Races:
 * - **read crosses join**: a portion of an asynchronous input arrives after the input was closed. It is
 *   dropped; the consumer is told that the input was not read to its end.
 * - **next crosses collection**: the iterator is collected while a `next()` of it is pending. The call is
 *   given up after that is answered (`ResultQueue`).
 */
export class StreamCall implements OpenCall {
  readonly #engine: Engine;
  readonly #plan: StreamPlan;
  readonly #settings: CallSettings;
  readonly #buffer: ResultBuffer;
  readonly #onResult: () => void;
  readonly #tasks = new Set<StreamChunk>();
  readonly #unwatch: (() => void)[] = [];
  #state: 'reading' | 'draining' | 'over' = 'reading';
  /** What comes when it is over: an error comes once, then the end. */
  #final: Final = { kind: 'end' };
  /** A portion is being read, or room for it is being waited for. */
  #busyReading = false;
  /** The input lies in memory and is run to its end: results that were not taken do not count. */
  #unlimited = false;
  /** The results cannot be taken any more. */
  #abandoned = false;
  #read = 0;
  #done = 0;

  /** `onResult` is called when there may be something to take. */
  constructor(engine: Engine, plan: StreamPlan, settings: CallSettings, onResult: () => void) {
    this.#engine = engine;
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

  /** For people: how far it is. */
  get summary(): object {
    const state = this.#state === 'over' ? 'ended' : this.#state;
    return { target: this.target.name, state, read: this.#read, done: this.#done };
  }

  start(): void {
    const { signal, deadline } = this.#settings;
    this.#engine.begin(this);
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

  /** What comes next, if it is there. After a failure or the end comes the end. */
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

  /** The consumer wants no more. What runs may end, unheard. */
  leave(): void {
    this.#stop({ kind: 'end' });
  }

  /** The results cannot be taken any more: what was read is still run. */
  abandon(): void {
    if (this.#state === 'over' || this.#abandoned) return;
    this.#abandoned = true;
    this.#buffer.discard();
    this.#endReading('its results were dropped');
    this.#finishIfAbandoned();
  }

  poolJoined(): void {
    this.#endReading(`${this.#plan.pool} was joined`);
  }

  pendingCancelled(): void {
    this.#closeReading(cancellation(this.target.name));
  }

  poolTerminated(): void {
    const text = `\`${this.target.name}\` was not done: ${this.#plan.pool} was terminated`;
    this.#stop({ kind: 'failure', error: new PoolTerminatedError(text) });
  }

  #watchClock(deadline: number): void {
    const alarm = new Alarm(() => {
      if (performance.now() < deadline) {
        alarm.set(deadline);
        return;
      }
      const text = `the results of \`${this.target.name}\` were not taken within ${this.timeout} ms`;
      this.#stop({ kind: 'failure', error: new TimeoutError(text) });
    });
    alarm.set(deadline);
    this.#unwatch.push(() => alarm.clear());
  }

  /** Reads and submits as far as the read-ahead and the pool's queue allow. */
  #pump(): void {
    while (this.#state === 'reading' && !this.#busyReading && this.#isWithinReadAhead()) {
      if (!this.#engine.hasRoom) {
        this.#busyReading = true;
        this.#engine.whenRoom(() => this.#readOn());
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
      const chunk = new StreamChunk(this, items, this.#read, this.#buffer.openChunk());
      this.#read += items.length;
      this.#tasks.add(chunk);
      chunk.task = this.#engine.submit(chunk, this.#settings);
    }
    if (!ended) return;
    this.#stopReading(failure ? { kind: 'failure', error: failure.error } : { kind: 'end' });
    // A consumer that took all that there was may be waiting for more.
    this.#onResult();
    this.#finishIfAbandoned();
  }

  /** Reads to the end what lies in memory, and ends the reading of anything else. */
  #endReading(why: string): void {
    if (this.#state !== 'reading' || this.#unlimited) return;
    if (this.#plan.source.takeRest()) {
      this.#unlimited = true;
      this.#pump();
      return;
    }
    const error = new PoolClosedError(
      `the input of \`${this.target.name}\` was read no further than ${this.#read} items, because ${why}; ` +
        'take all results before, or give the items as an array',
    );
    this.#closeReading(error);
  }

  /** The input is read no further: `error` comes after the results. */
  #closeReading(error: Error): void {
    this.#closeSource();
    this.#stopReading({ kind: 'failure', error });
    this.#onResult();
    this.#finishIfAbandoned();
  }

  chunkSettled(chunk: StreamChunk, outcome: Outcome): void {
    this.#tasks.delete(chunk);
    if (this.#state === 'over') return;
    if (!outcome.ok && outcome.isFinal) {
      this.#buffer.fail(chunk.results, outcome.error);
      this.#endAt(chunk, outcome.error);
    } else {
      const results = outcome.ok ? valuesOf(outcome.value) : errorsOf(outcome, chunk.values.length);
      this.#buffer.settle(chunk.results, results);
      this.#report(results.values.length);
      if (this.#unlimited) this.#pump();
    }
    this.#onResult();
    this.#finishIfAbandoned();
  }

  /** The iteration ends with an error where this chunk stands: what comes after it is dropped. */
  #endAt(failed: StreamChunk, error: unknown): void {
    this.#closeSource();
    this.#stopReading({ kind: 'end' });
    for (const chunk of this.#tasks) {
      if (chunk.task?.state !== 'waiting') continue;
      if (!this.#plan.ordered || chunk.offset > failed.offset) this.#engine.abort(chunk.task, error);
    }
  }

  #report(items: number): void {
    this.#done += items;
    const { onProgress, source } = this.#plan;
    if (!onProgress) return;
    const done = this.#done;
    const total = source.total ?? (this.#state === 'reading' ? undefined : this.#read);
    // In a microtask of its own: the callback may do anything with the pool, which is in the middle of a step.
    queueMicrotask(() => onProgress({ done, total }));
  }

  #stopReading(end: Final): void {
    if (this.#state !== 'reading') return;
    this.#state = 'draining';
    this.#buffer.finish(end);
    this.#engine.end(this);
  }

  /** Ends the call from outside: what is there is not taken any more, what comes next is `final`. */
  #stop(final: Final): void {
    if (this.#state === 'over') return;
    this.#closeSource();
    this.#finish();
    this.#final = final;
    const reason = final.kind === 'failure' ? final.error : undefined;
    for (const { task } of this.#tasks) {
      // A consumer that merely leaves does not stop what runs.
      if (task && (final.kind === 'failure' || task.state === 'waiting')) this.#engine.abort(task, reason);
    }
    this.#onResult();
  }

  #closeSource(): void {
    if (this.#state === 'reading') this.#plan.enter(() => this.#plan.source.close());
  }

  #finishIfAbandoned(): void {
    if (this.#abandoned && this.#state === 'draining' && this.#tasks.size === 0) this.#finish();
  }

  #finish(): void {
    this.#state = 'over';
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    this.#engine.end(this);
  }
}

function valuesOf(value: unknown): ItemResults {
  return { values: value as readonly unknown[], errors: [] };
}

/** An error that is no single item's, such as a worker's death, is that of each item of the chunk. */
function errorsOf({ error, partial }: Extract<Outcome, { ok: false }>, items: number): ItemResults {
  if (partial) return partial;
  const values = new Array<unknown>(items).fill(undefined);
  return { values, errors: values.map((_, index) => [index, error] as const) };
}
