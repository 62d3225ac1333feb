import { onAbort, type TargetRef, TimeoutError } from '@manycore/core';
import { Alarm } from '../engine/alarm.js';
import type { Engine } from '../engine/engine.js';
import type { Outcome } from '../engine/outcome.js';
import type { OpenCall } from '../engine/work.js';
import { PoolTerminatedError } from '../errors/pool-terminated-error.js';
import type { CallSettings } from '../options/call-options.js';
import type { Portion } from './item-source.js';
import { ResultBuffer, type Taken } from './result-buffer.js';
import { StreamChunk } from './stream-chunk.js';
import type { StreamPlan } from './stream-plan.js';

/**
 * One call for each item of an input that is read as its results are taken. What it holds is bounded by
 * the read-ahead, however long the input is. The first error ends it, where its turn comes.
 *
 * | state   | reads on when                                 | ends by                                    |
 * |---------|-----------------------------------------------|--------------------------------------------|
 * | reading | the consumer is less than the read-ahead back | the input's end, or an error → draining    |
 * | draining| –                                             | the consumer took the last result → over   |
 * | over    | –                                             | –                                          |
 *
 * From any state to over: the consumer leaves, aborts or is out of time; the pool is terminated.
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
  #final: Exclude<Taken, { kind: 'value' }> = { kind: 'end' };
  /** A portion is being read, or room for it is being waited for. */
  #busyReading = false;
  /** The consumer may never come: what it has not taken does not count. */
  #joined = false;
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

  start(): void {
    const { signal, deadline } = this.#settings;
    this.#engine.begin(this);
    if (signal?.aborted) {
      this.#stop({ kind: 'error', error: signal.reason });
      return;
    }
    if (signal) {
      const onSignal = (): void => this.#stop({ kind: 'error', error: signal.reason });
      this.#unwatch.push(onAbort(signal, onSignal));
    }
    if (deadline !== Infinity) this.#watchClock(deadline);
    this.#pump();
  }

  /** What comes next, if it is there. After an error or the end comes the end. */
  take(): Taken | undefined {
    if (this.#state === 'over') {
      const final = this.#final;
      this.#final = { kind: 'end' };
      return final;
    }
    const taken = this.#buffer.take();
    if (taken?.kind === 'value') this.#pump();
    else if (taken) this.#finish();
    return taken;
  }

  /** The consumer wants no more. What runs may end, unheard. */
  leave(): void {
    this.#stop({ kind: 'end' });
  }

  poolJoined(): void {
    this.#joined = true;
    this.#pump();
  }

  poolTerminated(): void {
    const text = `\`${this.target.name}\` was not done: ${this.#plan.pool} was terminated`;
    this.#stop({ kind: 'error', error: new PoolTerminatedError(text) });
  }

  #watchClock(deadline: number): void {
    const alarm = new Alarm(() => {
      if (performance.now() < deadline) {
        alarm.set(deadline);
        return;
      }
      const text = `the results of \`${this.target.name}\` were not taken within ${this.timeout} ms`;
      this.#stop({ kind: 'error', error: new TimeoutError(text) });
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
      try {
        const portion = enter(() => source.read(chunkSize));
        if (portion instanceof Promise) {
          portion.then(
            (items) => {
              this.#submit(items);
              this.#readOn();
            },
            (error: unknown) => this.#inputFailed(error),
          );
          return;
        }
        this.#submit(portion);
      } catch (error) {
        this.#inputFailed(error);
      }
      this.#busyReading = false;
    }
  }

  #isWithinReadAhead(): boolean {
    const { open, unsettled } = this.#buffer;
    return (this.#joined ? unsettled : open) < this.#plan.readAhead;
  }

  #readOn(): void {
    this.#busyReading = false;
    this.#pump();
  }

  #submit({ items, ended }: Portion): void {
    if (this.#state !== 'reading') return;
    if (items.length > 0) {
      const chunk = new StreamChunk(this, items, this.#read, this.#buffer.openChunk());
      this.#read += items.length;
      this.#tasks.add(chunk);
      chunk.task = this.#engine.submit(chunk, this.#settings);
    }
    if (!ended) return;
    this.#stopReading({ kind: 'end' });
    // Whoever took all that there was may be waiting for more.
    this.#onResult();
  }

  #inputFailed(error: unknown): void {
    this.#stopReading({ kind: 'error', error });
    this.#onResult();
  }

  chunkSettled(chunk: StreamChunk, outcome: Outcome): void {
    this.#tasks.delete(chunk);
    if (this.#state === 'over') return;
    if (outcome.ok) {
      const values = outcome.value as readonly unknown[];
      this.#buffer.settle(chunk.results, values, undefined);
      this.#report(values.length);
      if (this.#joined) this.#pump();
    } else {
      this.#buffer.settle(chunk.results, outcome.partial ?? [], { error: outcome.error });
      this.#dropBehind(chunk, outcome.error);
    }
    this.#onResult();
  }

  /** Nobody will ask for what comes after an error. */
  #dropBehind(failed: StreamChunk, error: unknown): void {
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
    // In a microtask of its own: an error of the callback is uncaught, like that of any event listener.
    queueMicrotask(() => onProgress({ done, total }));
  }

  #stopReading(end: Exclude<Taken, { kind: 'value' }>): void {
    if (this.#state !== 'reading') return;
    this.#state = 'draining';
    this.#buffer.finish(end);
    this.#engine.end(this);
  }

  /** Ends the call from outside: what is there is not taken any more, what comes next is `final`. */
  #stop(final: Exclude<Taken, { kind: 'value' }>): void {
    if (this.#state === 'over') return;
    this.#closeSource();
    this.#finish();
    this.#final = final;
    const reason = final.kind === 'error' ? final.error : undefined;
    for (const { task } of this.#tasks) {
      // A consumer that merely leaves does not stop what runs.
      if (task && (final.kind === 'error' || task.state === 'waiting')) this.#engine.abort(task, reason);
    }
    this.#onResult();
  }

  #closeSource(): void {
    if (this.#state === 'reading') this.#plan.enter(() => this.#plan.source.close());
  }

  #finish(): void {
    this.#state = 'over';
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    this.#engine.end(this);
  }
}
