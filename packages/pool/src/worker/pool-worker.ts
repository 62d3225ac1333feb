import type { Endpoint } from '@manycore/core/internal';
import {
  type AnyFunction,
  describeThrown,
  inheritMain,
  outsideBootstrap,
  pack,
  resolveTarget,
  type TargetRef,
  trustModules,
  unpack,
} from '@manycore/core/worker';
import { exitWorker, onFatalError } from '../platform/worker-node.js';
import {
  type FromWorker,
  type InitMessage,
  isToWorker,
  type TaskMessage,
  type ToWorker,
} from '../transport/protocol.js';
import { SharedStatus } from '../transport/shared-status.js';
import { RunningTask, setCurrentTask } from './current-task.js';
import { postResult, type WorkerResult } from './post-result.js';
import { failure, runTask } from './run-task.js';

/** What a thread or process of a pool runs. */
export function serve(endpoint: Endpoint): void {
  new PoolWorker(endpoint);
}

/** The worker's side of a connection. Runs one task at a time, because the pool sends one at a time. */
class PoolWorker {
  readonly #endpoint: Endpoint;
  readonly #functions: (Promise<AnyFunction> | AnyFunction)[] = [];
  #init: InitMessage | undefined;
  #status: SharedStatus | undefined;
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
        void this.#start(message);
        break;
      case 'task':
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
        this.#exitIfRetiring();
    }
  }

  /** A thread that ends while it loads modules leaves their files open. */
  #exitIfRetiring(): void {
    const loading = this.#status?.loading ?? 'nothing';
    if (this.#retiring && loading === 'nothing') exitWorker();
  }

  async #start(init: InitMessage): Promise<void> {
    this.#init = init;
    this.#status = init.status && new SharedStatus(init.status);
    const { initializer, main, modules } = init;
    inheritMain(main);
    trustModules([...modules, initializer?.target.module, main]);
    if (this.#status) this.#status.loading = 'nothing';
    if (initializer) {
      try {
        const fn = await this.#load(initializer.target);
        const args = (await unpack(initializer.args)) as never[];
        await outsideBootstrap(() => fn(...args));
      } catch (error) {
        this.#postError('init-failed', error);
        return;
      }
    }
    this.#post({ manycorePool: 'ready' });
  }

  async #run(message: TaskMessage): Promise<void> {
    const { id, attempt, shape, offset, wantsPartial } = message;
    const init = this.#init;
    if (!init) return;
    if (this.#status) this.#status.begin(id);
    else this.#post({ manycorePool: 'begun', id });
    const task = new RunningTask(id, attempt, { ...init, status: this.#status });
    this.#running = task;
    trustModules([...(message.modules ?? []), message.ref?.module]);
    const since = performance.now();
    const result = await this.#result(message, task);
    setCurrentTask(undefined);
    this.#running = undefined;
    const place = { id, many: shape !== 'call', offset, wantsPartial };
    postResult(this.#endpoint, place, result, performance.now() - since);
  }

  async #result(message: TaskMessage, task: RunningTask): Promise<WorkerResult> {
    const { target, values } = message;
    try {
      const known = this.#functions[target];
      const fn = typeof known === 'function' ? known : await this.#function(message);
      const args = (values.length === 1 ? values[0] : await unpack(values)) as readonly unknown[];
      return await runTask(fn, message, args, task);
    } catch (error) {
      return failure(error);
    }
  }

  async #function({ target, ref }: TaskMessage): Promise<AnyFunction> {
    // A target is sent once; while its module loads, another task may need it.
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

  async #load(ref: TargetRef): Promise<AnyFunction> {
    if (this.#status) this.#status.loading = 'module';
    try {
      return await resolveTarget(ref, this.#init?.main);
    } finally {
      if (this.#status) this.#status.loading = 'nothing';
      this.#exitIfRetiring();
    }
  }

  #postError(what: 'init-failed' | 'dying', error: unknown): void {
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
