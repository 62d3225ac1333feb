import {
  type AnyFunction,
  type Packed,
  resolveTarget,
  type TargetRef,
  trustModules,
  unpack,
} from '@manycore/core/internal';
import type { InitMessage, TaskMessage } from '../transport/protocol.js';
import type { SharedStatus } from '../transport/shared-status.js';
import { asTask, followTasks, RunningTask, setCurrentTask } from './current-task.js';
import type { ResultPlace, WorkerResult } from './post-result.js';
import { failure, runTask, type TaskManner } from './run-task.js';

/** What a task is, beside its values. */
export interface TaskDescription extends TaskManner {
  readonly id: number;
  /** The number of its target. */
  readonly target: number;
  readonly attempt: number;
}

/** Runs the tasks of a worker, wherever they come from: one at a time, or several that wait. */
export class TaskRunner {
  readonly #place: { readonly pool: string; readonly worker: number; readonly status: SharedStatus | undefined };
  readonly #main: string | undefined;
  readonly #onLoaded: () => void;
  readonly #post: (place: ResultPlace, result: WorkerResult, ran: number) => void;
  /** The targets that were sent, and their functions once they are loaded; by number. */
  readonly #refs: TargetRef[] = [];
  readonly #functions: (AnyFunction | Promise<AnyFunction> | undefined)[] = [];
  /** By number: of 32 bits, as the ring has it. */
  readonly #running = new Map<number, RunningTask>();
  /** How many modules are being loaded. */
  #loads = 0;
  /** Called when a target came: by the tasks that wait for one. */
  readonly #learned: (() => void)[] = [];

  /** `onLoaded` is called after a module was loaded; `post` posts a result. */
  constructor(
    { pool, worker, main, concurrency }: InitMessage,
    status: SharedStatus | undefined,
    onLoaded: () => void,
    post: (place: ResultPlace, result: WorkerResult, ran: number) => void,
  ) {
    this.#place = { pool, worker, status };
    this.#main = main;
    this.#onLoaded = onLoaded;
    this.#post = post;
    if (concurrency > 1) followTasks();
  }

  /** Whether it runs this task. */
  runs(id: number): boolean {
    return this.#running.has(id | 0);
  }

  abort(id: number, why: 'aborted' | 'timed-out'): void {
    this.#running.get(id | 0)?.abort(why);
  }

  /** A message with a task came, whose target may be new. */
  learn({ target, ref }: Pick<TaskMessage, 'target' | 'ref'>): void {
    if (!ref) return;
    trustModules([ref.module]);
    this.#refs[target] = ref;
    for (const learned of this.#learned.splice(0)) learned();
  }

  /** Runs a task whose function is loaded at once; `values` may throw. */
  run(task: TaskDescription, values: () => readonly unknown[]): WorkerResult | Promise<WorkerResult> {
    const running = this.#begin(task);
    const fn = this.#functions[task.target];
    if (typeof fn !== 'function') return this.#load(task, () => Promise.resolve(values()), running);
    let result: WorkerResult | Promise<WorkerResult>;
    try {
      result = runTask(fn, task, values(), running);
    } catch (error) {
      result = failure(error);
    }
    if (result instanceof Promise) return result.finally(() => this.#end(running));
    this.#end(running);
    return result;
  }

  /** Runs a task that came by message. Never rejects. */
  runMessage(message: TaskMessage): Promise<WorkerResult> {
    trustModules(message.modules ?? []);
    const running = this.#begin(message);
    return this.#load(message, () => valuesOf(message.values), running);
  }

  post(place: ResultPlace, result: WorkerResult, ran: number): void {
    this.#post(place, result, ran);
  }

  /** Loads the module of a target. */
  load(ref: TargetRef): Promise<AnyFunction> {
    return this.whileLoading(() => resolveTarget(ref, this.#main));
  }

  /** A thread that is ended while it loads modules leaves their files open: its pool waits for a while. */
  async whileLoading<T>(load: () => Promise<T>): Promise<T> {
    const { status } = this.#place;
    this.#loads += 1;
    if (status) status.loading = 'module';
    try {
      return await load();
    } finally {
      this.#loads -= 1;
      if (status && this.#loads === 0) status.loading = 'nothing';
      this.#onLoaded();
    }
  }

  async #load(
    task: TaskDescription,
    values: () => Promise<readonly unknown[]> | readonly unknown[],
    running: RunningTask,
  ): Promise<WorkerResult> {
    try {
      const fn = await this.#function(task.target);
      const list = await values();
      return await asTask(running, () => runTask(fn, task, list, running));
    } catch (error) {
      return failure(error);
    } finally {
      this.#end(running);
    }
  }

  async #function(target: number): Promise<AnyFunction> {
    let fn = this.#functions[target];
    if (!fn) {
      fn = this.load(this.#refs[target] ?? (await this.#ref(target)));
      this.#functions[target] = fn;
    }
    const resolved = await fn;
    this.#functions[target] = resolved;
    return resolved;
  }

  /**
   * A target that is on its way: its first task went by message, and was taken back and sent again through the ring,
   * which is faster; or that message could not be read, and other tasks came after it.
   */
  async #ref(target: number): Promise<TargetRef> {
    for (;;) {
      const ref = this.#refs[target];
      if (ref) return ref;
      await new Promise<void>((resolve) => {
        this.#learned.push(resolve);
      });
    }
  }

  #begin({ id, attempt }: TaskDescription): RunningTask {
    const running = new RunningTask(id, attempt, this.#place);
    this.#running.set(id | 0, running);
    return running;
  }

  #end({ id }: RunningTask): void {
    setCurrentTask(undefined);
    this.#running.delete(id | 0);
  }
}

/** The list of values; of a chunk of numbers, a `Float64Array` (see `transport/numbers.ts`), which is used like it. */
function valuesOf(packed: Packed): readonly unknown[] | Promise<readonly unknown[]> {
  return packed.length === 1 ? (packed[0] as readonly unknown[]) : (unpack(packed) as Promise<readonly unknown[]>);
}
