import { type Deferred, deferred } from '@manycore/core/internal';
import type { TaskResult, WorkerExit } from '../scheduler/records.js';
import type { Claimed, ResultMessage } from './protocol.js';
import { readResult, statusOf } from './task-result-reader.js';

/** How a task of a leased worker ended. */
export type LeasedResult = Extract<TaskResult, { status: 'ok' | 'failed' | 'fatal' | 'died' }>;

/** What the other side of the lease says and gets to know. */
export interface LeaseHolder {
  /** Whether it waits for a task. */
  hasTask(): boolean;
  /** The worker has exited. */
  exited(): void;
}

/**
 * A worker that is leased to a thread which blocks, as its connection sees it. Its tasks and most results go through
 * rings that are not looked at here. See the README.md of `blocking`.
 *
 * | state | until |
 * |---|---|
 * | asked | the worker's answer, or its exit |
 * | open, refused | its exit |
 * | exited | |
 */
export class LeasedWorker {
  readonly #holder: LeaseHolder;
  readonly #answer: Deferred<undefined> = deferred<undefined>();
  #state: 'asked' | 'open' | 'refused' | 'exited' = 'asked';
  #exit: WorkerExit | undefined;
  /** The result that came by message last, and its task. */
  #last: { readonly task: number; readonly result: Promise<LeasedResult> } | undefined;
  /** The task whose result was asked for and has not come. */
  #wanted: { readonly task: number; readonly found: Deferred<LeasedResult> } | undefined;
  /** Why a message could not be read: perhaps it was a result. */
  #unreadable: Error | undefined;
  /** Asks the worker whether it still runs a task: see `disown`. */
  #check: (task: number) => void = () => undefined;

  constructor(holder: LeaseHolder) {
    this.#holder = holder;
  }

  get state(): 'asked' | 'open' | 'refused' | 'exited' {
    return this.#state;
  }

  /** Settles when the worker has answered or exited. */
  get answer(): Promise<unknown> {
    return this.#answer.promise;
  }

  /** The connection sends `check` for a task: the worker answers with `idle` when it does not run it. */
  set onCheck(check: (task: number) => void) {
    this.#check = check;
  }

  /** The worker reads the rings from now on, or it cannot; false when it said so before. */
  answered(accepted: boolean): boolean {
    if (this.#state !== 'asked') return false;
    this.#state = accepted ? 'open' : 'refused';
    this.#answer.resolve(undefined);
    return true;
  }

  /** A result came by message; false when it cannot be one. */
  receive(message: Claimed<ResultMessage>): boolean {
    const { id } = message;
    const status = statusOf(message);
    if (!status || typeof id !== 'number' || this.#state !== 'open') return false;
    this.#found(id, readResult(message, status, undefined) as Promise<LeasedResult>);
    return true;
  }

  /** A message of the worker could not be read. */
  unreadable(error: Error): void {
    this.#unreadable = error;
    if (this.#wanted) this.#check(this.#wanted.task);
  }

  /** The worker does not run this task, and its result, if it could be read, came before; false for another task. */
  disown(id: unknown): boolean {
    if (!this.#wanted || this.#wanted.task !== id || !this.#unreadable) return false;
    this.#found(this.#wanted.task, Promise.resolve({ status: 'fatal', error: this.#unreadable }));
    return true;
  }

  /** The worker has exited; whether that cost the holder a task. */
  exited(exit: WorkerExit): boolean {
    this.#state = 'exited';
    this.#exit = exit;
    const hadTask = this.#wanted !== undefined || this.#holder.hasTask();
    this.#wanted?.found.resolve({ status: 'died', exit });
    this.#holder.exited();
    this.#answer.resolve(undefined);
    return hadTask;
  }

  /** How a task ended whose result comes by message, or whose worker is being ended. */
  collect(task: number): Promise<LeasedResult> {
    if (this.#last?.task === task) return this.#last.result;
    if (this.#exit) return Promise.resolve({ status: 'died', exit: this.#exit });
    const found = deferred<LeasedResult>();
    this.#wanted = { task, found };
    if (this.#unreadable) this.#check(task);
    return found.promise;
  }

  #found(task: number, result: Promise<LeasedResult>): void {
    this.#last = { task, result };
    if (this.#wanted?.task !== task) return;
    void result.then(this.#wanted.found.resolve);
    this.#wanted = undefined;
  }
}
