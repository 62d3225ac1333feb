import type { Endpoint } from '@manycore/core';
import {
  type AnyFunction,
  hasCode,
  inheritMain,
  outsideBootstrap,
  pack,
  postParcel,
  resolveTarget,
  type TargetRef,
  unpack,
} from '@manycore/core/worker';
import { exitWorker, onFatalError } from '../platform/worker-node.js';
import { Board } from '../transport/board.js';
import type { ItemOutcome } from '../transport/job.js';
import { type FromWorker, isToWorker, type ToWorker } from '../transport/protocol.js';
import { setCurrentTask } from './current-task.js';
import { runJob } from './run-job.js';
import { RunningTask } from './running-task.js';

type Init = Extract<ToWorker, { manycorePool: 'init' }>;
type JobMessage = Extract<ToWorker, { manycorePool: 'job' }>;
type Verdict = 'ok' | 'failed' | 'in vain';

/** A worker of a pool, seen from inside. Runs one job at a time, because the pool sends one at a time. */
export class PoolWorker {
  readonly #endpoint: Endpoint;
  readonly #functions: (Promise<AnyFunction> | AnyFunction)[] = [];
  #init: Init | undefined;
  #board: Board | undefined;
  #running: RunningTask | undefined;
  #retiring = false;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
    endpoint.onMessage((message) => {
      if (isToWorker(message)) this.#receive(message);
    });
    onFatalError((error) => this.#postError('dying', error));
  }

  #receive(message: ToWorker): void {
    switch (message.manycorePool) {
      case 'init':
        void this.#begin(message);
        break;
      case 'job':
        void this.#run(message);
        break;
      case 'abort':
        if (this.#running?.id === message.id) this.#running.abort(message.why);
        break;
      case 'retire':
        this.#retiring = true;
        this.#leave();
    }
  }

  /** A thread that ends while it loads modules leaves their files open. */
  #leave(): void {
    if (this.#retiring && this.#board?.loading !== true) exitWorker();
  }

  async #load(ref: TargetRef): Promise<AnyFunction> {
    if (this.#board) this.#board.loading = true;
    try {
      return await resolveTarget(ref, this.#init?.main);
    } finally {
      if (this.#board) this.#board.loading = false;
      this.#leave();
    }
  }

  async #begin(init: Init): Promise<void> {
    this.#init = init;
    this.#board = init.board && new Board(init.board);
    inheritMain(init.main);
    const { initializer } = init;
    if (this.#board) this.#board.loading = false;
    if (initializer) {
      try {
        const fn = await this.#load(initializer.target);
        const args = (await unpack(initializer.args)) as never[];
        await outsideBootstrap(() => fn(...args));
      } catch (error) {
        this.#postError('unfit', error);
        return;
      }
    }
    this.#post({ manycorePool: 'ready' });
  }

  async #run(message: JobMessage): Promise<void> {
    const { id, attempt, shape, values } = message;
    const init = this.#init;
    if (!init) return;
    if (this.#board) this.#board.begin(id);
    else this.#post({ manycorePool: 'begun', id });
    const task = new RunningTask(id, attempt, { ...init, board: this.#board });
    this.#running = task;
    const since = performance.now();
    let value: unknown;
    let verdict: Verdict = 'ok';
    try {
      const known = this.#functions[message.target];
      const fn = typeof known === 'function' ? known : await this.#function(message);
      const args = (values.length === 1 ? values[0] : await unpack(values)) as readonly unknown[];
      setCurrentTask(task);
      value = await outsideBootstrap(() => runJob(fn, shape, args, task));
    } catch (error) {
      value = error;
      verdict = isInVain(error) ? 'in vain' : 'failed';
    }
    setCurrentTask(undefined);
    this.#running = undefined;
    this.#answer(message, verdict, value, performance.now() - since);
  }

  async #function({ target, ref }: JobMessage): Promise<AnyFunction> {
    // A target is sent once; while its module loads, others may ask for it.
    let fn = this.#functions[target];
    if (!fn) {
      if (!ref) throw new Error(`no target has the number ${target}`);
      fn = this.#load(ref);
      this.#functions[target] = fn;
    }
    const resolved = await fn;
    this.#functions[target] = resolved;
    return resolved;
  }

  #answer(message: JobMessage, verdict: Verdict, value: unknown, ran: number): void {
    const { id } = message;
    try {
      if (verdict === 'ok') this.#postResult(message, value, ran);
      else this.#postDone(id, verdict, value, ran, 'error');
    } catch (error) {
      // What could not be sent was the result, or an error's own property.
      this.#postDone(id, 'in vain', error, ran, 'error');
    }
  }

  #postResult(message: JobMessage, value: unknown, ran: number): void {
    const { id, shape, offset } = message;
    if (shape === 'call') {
      this.#postDone(id, 'ok', value, ran, 'result');
      return;
    }
    try {
      this.#postDone(id, 'ok', value, ran, 'results');
    } catch (error) {
      if (!hasCode(error, 'MANYCORE_NOT_CLONEABLE')) throw error;
      const own = shape === 'each' || shape === 'stareach';
      const results = (value as unknown[]).map((item, index) =>
        this.#checked(own ? (item as ItemOutcome) : [true, item], `results[${offset + index}]`),
      );
      const refused = results.find(([ok]) => !ok);
      if (own) this.#postDone(id, 'ok', results, ran, 'results');
      else this.#postDone(id, 'in vain', refused ? refused[1] : error, ran, 'error');
    }
  }

  /** An item's outcome, or the reason why it cannot be sent. */
  #checked(outcome: ItemOutcome, root: string): ItemOutcome {
    try {
      pack(outcome[1], this.#endpoint.destination, root);
      return outcome;
    } catch (error) {
      return [false, error];
    }
  }

  #postDone(id: number, verdict: Verdict, value: unknown, ran: number, root: string): void {
    const { packed, transfer } = pack(value, this.#endpoint.destination, root);
    const message: FromWorker = { manycorePool: 'done', id, verdict, value: packed, ran };
    postParcel(this.#endpoint, message, transfer, root);
  }

  #postError(what: 'unfit' | 'dying', error: unknown): void {
    const { destination } = this.#endpoint;
    try {
      this.#post({ manycorePool: what, error: pack(error, destination, 'error').packed });
    } catch (refusal) {
      this.#post({ manycorePool: what, error: pack(refusal, destination, 'error').packed });
    }
  }

  #post(message: FromWorker): void {
    this.#endpoint.post(message);
  }
}

/** Errors of the call itself, which another attempt would meet again. */
function isInVain(error: unknown): boolean {
  return (
    hasCode(error, 'MANYCORE_TARGET_NOT_FOUND') ||
    hasCode(error, 'MANYCORE_NOT_CLONEABLE') ||
    hasCode(error, 'MANYCORE_BOOTSTRAP')
  );
}
