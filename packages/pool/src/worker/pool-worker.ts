import {
  describeThrown,
  type Endpoint,
  inheritMain,
  outsideBootstrap,
  pack,
  trustModules,
  unpack,
} from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';
import { exitWorker, onFatalError } from '../platform/worker-node.js';
import {
  type FromWorker,
  type InitMessage,
  isToWorker,
  type TaskMessage,
  type ToWorker,
} from '../transport/protocol.js';
import { SharedStatus } from '../transport/shared-status.js';
import { postResult, type ResultPlace, type WorkerResult } from './post-result.js';
import type * as ringRunner from './ring-runner.js';
import type { RingRunner } from './ring-runner.js';
import { TaskRunner } from './task-runner.js';

/** In a variable, like what the pool loads: see `load-rings.ts`. */
const runnerFile = './manycore-pool-ring-runner.js';

/** Of so many results it is remembered that they were posted: more than can be in flight. */
const remembered = 128;

type RingsMessage = Extract<ToWorker, { manycorePool: 'rings' | 'lease' }>;

/** What a thread or process of a pool runs. */
export function serve(endpoint: Endpoint): void {
  new PoolWorker(endpoint);
}

/** The worker's side of a connection: reads its pool's messages. */
class PoolWorker {
  readonly #endpoint: Endpoint;
  #runner: TaskRunner | undefined;
  #rings: RingRunner | undefined;
  #leased: RingRunner | undefined;
  #status: SharedStatus | undefined;
  #retiring = false;
  /** The tasks whose results were posted last, as 32-bit numbers. */
  readonly #posted: number[] = [];

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
        this.#runner?.learn(message);
        if (message.inRing) this.#rings?.receive(message);
        else void this.#run(message);
        break;
      case 'target':
        this.#runner?.learn(message);
        break;
      case 'rings':
      case 'lease':
        void this.#openRings(message);
        break;
      case 'overflow':
        void this.#openOverflow(message);
        break;
      case 'drop':
        this.#rings?.drop(message.id);
        break;
      case 'abort':
        this.#runner?.abort(message.id, message.why);
        break;
      case 'check':
        if (this.#isOver(message.id)) this.#post({ manycorePool: 'idle', id: message.id });
        break;
      case 'retire':
        this.#retiring = true;
        this.#exitIfRetiring();
    }
  }

  /** Whether the result of a task was posted, or, where no ring holds tasks ahead, it was never received. */
  #isOver(id: number): boolean {
    if (this.#runner?.runs(id) === true) return false;
    return (!this.#rings && !this.#leased) || this.#posted.includes(id | 0);
  }

  #postResult(place: ResultPlace, result: WorkerResult, ran: number): void {
    postResult(this.#endpoint, place, result, ran);
    this.#posted.push(place.id | 0);
    if (this.#posted.length > remembered) this.#posted.shift();
  }

  /** A thread that ends while it loads modules leaves their files open. The tasks of a lease are unknown to the pool. */
  #exitIfRetiring(): void {
    const loading = this.#status?.loading ?? 'nothing';
    if (this.#retiring && loading === 'nothing' && this.#leased?.isBusy !== true) exitWorker();
  }

  async #start(init: InitMessage): Promise<void> {
    this.#status = init.status && new SharedStatus(init.status);
    const { initializer, main, modules } = init;
    const runner = new TaskRunner(
      init,
      this.#status,
      () => this.#exitIfRetiring(),
      (place, result, ran) => this.#postResult(place, result, ran),
    );
    this.#runner = runner;
    inheritMain(main);
    trustModules([...modules, initializer?.target.module, main]);
    if (this.#status) this.#status.loading = 'nothing';
    if (initializer) {
      try {
        const fn = await runner.load(initializer.target);
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
    const { id, shape, offset, wantsPartial } = message;
    const runner = this.#runner;
    if (!runner) return;
    if (this.#status) this.#status.begin(id);
    else this.#post({ manycorePool: 'begun', id });
    const since = performance.now();
    const result = await runner.runMessage(message);
    runner.post({ id, many: shape !== 'call', offset, wantsPartial, leased: false }, result, performance.now() - since);
  }

  /** From its answer on tasks come through the rings; where there can be none, they go on to come by message. */
  async #openRings({ manycorePool: kind, block, modules }: RingsMessage): Promise<void> {
    const runner = this.#runner;
    if (!runner) return;
    try {
      trustModules(modules ?? []);
      const rings = await runner.whileLoading(async () => {
        const module: unknown = await import(/* webpackIgnore: true */ /* @vite-ignore */ runnerFile);
        const { RingRunner } = module as typeof ringRunner;
        const memory = (await unpack(block)) as SharedBlock;
        return new RingRunner(runner, memory, kind === 'lease', () => this.#exitIfRetiring());
      });
      if (kind === 'rings') this.#rings = rings;
      else this.#leased = rings;
      rings.start();
    } catch {
      this.#post({ manycorePool: `${kind}-refused` });
      return;
    }
    this.#post({ manycorePool: `${kind}-ready` });
  }

  /** From its answer on, large values of its rings may lie there. */
  async #openOverflow({ block, modules }: Extract<ToWorker, { manycorePool: 'overflow' }>): Promise<void> {
    let accepted = false;
    try {
      trustModules(modules ?? []);
      accepted = this.#rings?.useOverflow((await unpack(block)) as SharedBlock) === true;
    } catch {
      // Large values go on to come by message.
    }
    this.#post({ manycorePool: accepted ? 'overflow-ready' : 'overflow-refused' });
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
