import { deferred } from '@manycore/core/internal';

/** Why a call is stopped before its end. */
export type StopReason =
  /** Its client wants it no more, or is dead. */
  | 'aborted'
  | 'timed-out'
  /** The lease of the job ran out: another host may be running it by now. */
  | 'lease-lost';

/** A call that this host has taken. */
export class RunningCall {
  readonly id: string;
  readonly client: string | undefined;
  readonly #controller = new AbortController();
  #stopped: StopReason | undefined;
  /** Resolves when this host is done with it. */
  readonly done: Promise<undefined>;
  readonly #done = deferred<undefined>();
  /** Its client was not there when it was last looked for. */
  orphaned = false;

  constructor(id: string, client: string | undefined) {
    this.done = this.#done.promise;
    this.id = id;
    this.client = client;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get stopped(): StopReason | undefined {
    return this.#stopped;
  }

  finish(): void {
    this.#done.resolve(undefined);
  }

  stop(why: StopReason): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = why;
    this.#controller.abort(
      why === 'timed-out'
        ? new DOMException('the task was not done in time', 'TimeoutError')
        : new DOMException('the caller aborted the task', 'AbortError'),
    );
  }
}
