import type { Board } from '../transport/board.js';
import type { CurrentTask } from './current-task.js';

/** The task that a worker runs now. */
export class RunningTask implements CurrentTask {
  readonly id: number;
  readonly attempt: number;
  readonly pool: string;
  readonly worker: number;
  readonly #board: Board | undefined;
  /** Made when it is asked for, which most tasks never do. */
  #controller: AbortController | undefined;
  #why: 'aborted' | 'timed-out' | undefined;

  constructor(
    id: number,
    attempt: number,
    place: { readonly pool: string; readonly worker: number; readonly board: Board | undefined },
  ) {
    this.id = id;
    this.attempt = attempt;
    this.pool = place.pool;
    this.worker = place.worker;
    this.#board = place.board;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    this.abort(this.#board?.abortOf(this.id));
    return this.#controller.signal;
  }

  /** Whether the task is not wanted any more. */
  get aborted(): boolean {
    return (this.#why ?? this.#board?.abortOf(this.id)) !== undefined;
  }

  abort(why: 'aborted' | 'timed-out' | undefined): void {
    this.#why ??= why;
    if (this.#why === undefined || !this.#controller || this.#controller.signal.aborted) return;
    this.#controller.abort(this.reason());
  }

  reason(): DOMException {
    return this.#why === 'timed-out'
      ? new DOMException('the task was not done in time', 'TimeoutError')
      : new DOMException('the caller aborted the task', 'AbortError');
  }
}
