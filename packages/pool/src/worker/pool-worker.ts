import type { Endpoint } from '@manycore/core/internal';
import {
  type AnyFunction,
  describeThrown,
  hasCode,
  inheritMain,
  outsideBootstrap,
  pack,
  resolveTarget,
  type TargetRef,
  trustModules,
  unpack,
} from '@manycore/core/worker';
import { exitWorker, onFatalError } from '../platform/worker-node.js';
import { Board } from '../transport/board.js';
import { type FromWorker, isToWorker, type ToWorker } from '../transport/protocol.js';
import { type Ended, postAnswer } from './answer.js';
import { setCurrentTask } from './current-task.js';
import { runCall, runItems } from './run-items.js';
import { RunningTask } from './running-task.js';

type Init = Extract<ToWorker, { manycorePool: 'init' }>;
type JobMessage = Extract<ToWorker, { manycorePool: 'job' }>;

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
    endpoint.onUnreadable((cause) => {
      this.#post({ manycorePool: 'unreadable', reason: describeThrown(cause) });
    });
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
      case 'check':
        if (this.#running?.id !== message.id) this.#post({ manycorePool: 'idle', id: message.id });
        break;
      case 'retire':
        this.#retiring = true;
        this.#leave();
    }
  }

  /** A thread that ends while it loads modules leaves their files open. */
  #leave(): void {
    const loading = this.#board?.loading ?? 'nothing';
    if (this.#retiring && loading === 'nothing') exitWorker();
  }

  async #load(ref: TargetRef): Promise<AnyFunction> {
    if (this.#board) this.#board.loading = 'module';
    try {
      return await resolveTarget(ref, this.#init?.main);
    } finally {
      if (this.#board) this.#board.loading = 'nothing';
      this.#leave();
    }
  }

  async #begin(init: Init): Promise<void> {
    this.#init = init;
    this.#board = init.board && new Board(init.board);
    const { initializer, main, modules } = init;
    inheritMain(main);
    trustModules([...modules, initializer?.target.module, main]);
    if (this.#board) this.#board.loading = 'nothing';
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
    const { id, attempt, shape } = message;
    const init = this.#init;
    if (!init) return;
    if (this.#board) this.#board.begin(id);
    else this.#post({ manycorePool: 'begun', id });
    const task = new RunningTask(id, attempt, { ...init, board: this.#board });
    this.#running = task;
    trustModules([...(message.modules ?? []), message.ref?.module]);
    const since = performance.now();
    const ended = await this.#ended(message, task);
    setCurrentTask(undefined);
    this.#running = undefined;
    const { offset, wantsPartial } = message;
    const place = { id, many: shape !== 'call', offset, wantsPartial };
    postAnswer(this.#endpoint, place, ended, performance.now() - since);
  }

  async #ended(message: JobMessage, task: RunningTask): Promise<Ended> {
    const { shape, values, wantsPartial } = message;
    const results: unknown[] = [];
    const errors: [index: number, error: unknown][] | undefined = wantsPartial ? [] : undefined;
    try {
      const known = this.#functions[message.target];
      const fn = typeof known === 'function' ? known : await this.#function(message);
      const args = (values.length === 1 ? values[0] : await unpack(values)) as readonly unknown[];
      if (task.aborted) throw task.reason();
      setCurrentTask(task);
      if (shape === 'call') return { verdict: 'ok', value: await outsideBootstrap(() => runCall(fn, args)) };
      await outsideBootstrap(() => runItems(fn, shape, args, task, results, errors));
      if (errors?.[0]) {
        const verdict = errors.every(([, error]) => isInVain(error)) ? 'in vain' : 'failed';
        return { verdict, value: errors[0][1], partial: { values: results, errors } };
      }
      return { verdict: 'ok', value: results };
    } catch (error) {
      const verdict = isInVain(error) ? 'in vain' : 'failed';
      return { verdict, value: error, partial: undefined };
    }
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
