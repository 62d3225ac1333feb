import { hasCode, isError } from '@manycore/core/internal';
import { DeadlineTimer } from '../executor/timers.js';
import type { TaskPayload } from './transport.js';

/** What the system may be short of, by the codes of its errors. */
const shortages: Readonly<Record<string, string>> = {
  EMFILE: 'this process has as many open files as it may have (EMFILE); raise `ulimit -n`, or open fewer',
  ENFILE: 'the system has as many open files as it can have (ENFILE)',
  EAGAIN: 'there are as many processes and threads as there may be (EAGAIN); raise `ulimit -u`, or start fewer',
  ENOMEM: 'there is not enough memory (ENOMEM)',
};

/** What the system was short of, by an error or its causes, in words; undefined for any other error. */
export function shortageOf(reason: unknown): string | undefined {
  let error = reason;
  // A chain of causes may be a ring.
  for (let depth = 0; depth < 5 && isError(error); depth += 1) {
    const { code, message } = error as Error & { readonly code?: unknown };
    if (typeof code === 'string' && Object.hasOwn(shortages, code)) return shortages[code];
    // Node names the system's error in its text only.
    const named = code === 'ERR_WORKER_INIT_FAILED' ? /[A-Z]{4,}$/.exec(message)?.[0] : undefined;
    if (named !== undefined && Object.hasOwn(shortages, named)) return shortages[named];
    error = error.cause;
  }
  return undefined;
}

/** How long (ms) after a start that failed for a shortage other failures may have the same reason. */
const recent = 5000;
/** How long (ms) the failure of a task is kept until it is known how the workers that are being started fare. */
const startPatience = 2000;
/** How often a task is given back for it: the module's own code may fail in the same way wherever it is loaded. */
const tolerated = 3;

/**
 * Tells whether a module could not be loaded only because the workers of the pool, most of all those that
 * are being started, have taken all descriptors. Its error may say anything: Node reports a package whose
 * files it cannot open as one that does not exist.
 */
export class Shortage {
  readonly #starting = new Set<number>();
  /** Those that wait until no worker is starting. */
  readonly #waiting: (() => void)[] = [];
  readonly #wake = (): void => {
    for (const resolve of this.#waiting.splice(0)) resolve();
  };
  #seenAt = -Infinity;
  readonly #givenBack = new WeakMap<TaskPayload, number>();

  started(worker: number): void {
    this.#starting.add(worker);
  }

  /** The worker is ready. */
  ready(worker: number): void {
    if (!this.#starting.delete(worker) || this.#starting.size > 0) return;
    this.#wake();
  }

  exited(worker: number, shortage: string | undefined): void {
    if (shortage !== undefined) this.#seenAt = performance.now();
    this.ready(worker);
  }

  /** Whether the task is to be given to another worker, for which there will be room. */
  async explains(error: unknown, payload: TaskPayload): Promise<boolean> {
    if (!hasCode(error, 'MANYCORE_TARGET_NOT_FOUND')) return false;
    // The starts that are under way show whether there is a shortage.
    await this.#startsSettled();
    const isShort = shortageOf(error) !== undefined || performance.now() - this.#seenAt < recent;
    const times = this.#givenBack.get(payload) ?? 0;
    if (!isShort || times === tolerated) return false;
    this.#givenBack.set(payload, times + 1);
    return true;
  }

  /** Resolves when no worker is starting, or one takes long, which no shortage explains. */
  async #startsSettled(): Promise<void> {
    if (this.#starting.size === 0) return;
    const timer = new DeadlineTimer(this.#wake);
    timer.set(performance.now() + startPatience);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    timer.clear();
  }
}
