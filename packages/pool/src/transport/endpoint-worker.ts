import { type Departure, pack, postParcel, programModule, unpack } from '@manycore/core';
import type { TargetRef, WorkerEndpoint } from '@manycore/core';
import { Alarm } from '../engine/alarm.js';
import { Board } from './board.js';
import type { Answer, Job } from './job.js';
import { packJob } from './pack-job.js';
import { type FromWorker, isFromWorker, type ToWorker } from './protocol.js';
import type { TransportEvents } from './transport.js';
import type { WorkerSetup } from './worker-setup.js';

/**
 * How long (ms) a worker thread that is to be ended may go on loading: its own entry, which cannot hang,
 * only be slow; or a module of the program, whose top level may.
 */
const loadingGrace = { entry: 10_000, module: 1000 };

/** How long (ms) a worker whose channel is closed may take to be gone. */
const closedGrace = 1000;

/** The pool's side of one worker. */
export class EndpointWorker {
  readonly #id: number;
  readonly #endpoint: WorkerEndpoint;
  readonly #events: TransportEvents;
  readonly #onGone: () => void;
  /** Where worker and pool share memory. */
  readonly #board: Board | undefined;
  /** The numbers of the targets that the worker knows. */
  readonly #targets = new Map<TargetRef, number>();
  #lastSent = 0;
  #lastBegun = 0;
  #startError: unknown;
  #cause: unknown;
  /** The last message that takes time to read: what comes later waits for it, so that order holds. */
  #reading: Promise<void> | undefined;

  constructor(id: number, endpoint: WorkerEndpoint, events: TransportEvents, onGone: () => void) {
    this.#id = id;
    this.#endpoint = endpoint;
    this.#events = events;
    this.#onGone = onGone;
    this.#board = endpoint.destination === 'thread' ? new Board() : undefined;
    // The pool as a whole keeps the program alive while there is something to wait for.
    endpoint.unref();
    endpoint.onMessage((message) => {
      if (isFromWorker(message)) this.#inOrder(() => this.#receive(message));
    });
    const alarm = new Alarm(() => this.#cutOff());
    endpoint.onClose(() => alarm.set(performance.now() + closedGrace));
    void endpoint.departed.then((departure) => {
      this.#inOrder(() => this.#leave(departure));
      alarm.clear();
    });
  }

  init({ pool, initializer, initArgs }: WorkerSetup): void {
    try {
      const { destination } = this.#endpoint;
      // Copied, also what was moved: the next worker gets the same.
      const { packed } = pack(initArgs, destination, 'initArgs');
      const message: ToWorker = {
        manycorePool: 'init',
        pool,
        worker: this.#id,
        main: programModule(),
        initializer: initializer && { target: initializer, args: packed },
        board: this.#board?.buffer,
      };
      postParcel(this.#endpoint, message, [], 'initArgs');
    } catch (error) {
      this.#startError = error;
      this.#endpoint.kill();
    }
  }

  send(id: number, job: Job, attempt: number): void {
    const { packed, transfer } = packJob(job, this.#endpoint.destination);
    const known = this.#targets.get(job.target);
    const target = known ?? this.#targets.size;
    const message: ToWorker = {
      manycorePool: 'job',
      id,
      target,
      ref: known === undefined ? job.target : undefined,
      shape: job.shape,
      values: packed,
      offset: job.offset,
      wantsPartial: job.wantsPartial,
      attempt,
    };
    postParcel(this.#endpoint, message, transfer, job.root);
    if (known === undefined) this.#targets.set(job.target, target);
    this.#lastSent = id;
  }

  abort(id: number, why: 'aborted' | 'timed-out'): void {
    this.#board?.abort(id, why);
    this.#post({ manycorePool: 'abort', id, why });
  }

  retire(): void {
    this.#post({ manycorePool: 'retire' });
  }

  kill(): void {
    const loading = this.#board?.loading ?? 'nothing';
    if (loading === 'nothing') {
      this.#endpoint.kill();
      return;
    }
    // It leaves by itself as soon as it may be ended; but it may be stuck.
    this.retire();
    const alarm = new Alarm(() => this.#endpoint.kill());
    alarm.set(performance.now() + loadingGrace[loading]);
    void this.#endpoint.departed.then(() => alarm.clear());
  }

  /** What it says now nobody hears, so it is of no use. */
  #cutOff(): void {
    this.#cause ??= new Error('the worker had closed its channel to the pool');
    this.#endpoint.kill();
  }

  #post(message: ToWorker): void {
    this.#endpoint.post(message);
  }

  /** Runs a step that may take time after those before it; at once when there are none. */
  #inOrder(step: () => Promise<void> | undefined): void {
    if (!this.#reading) {
      this.#await(step());
      return;
    }
    this.#await(this.#reading.then(step));
  }

  #await(reading: Promise<void> | undefined): void {
    if (!reading) return;
    const mine = reading.then(() => {
      if (this.#reading === mine) this.#reading = undefined;
    });
    this.#reading = mine;
  }

  #receive(message: FromWorker): Promise<void> | undefined {
    switch (message.manycorePool) {
      case 'ready':
        this.#events.ready(this.#id);
        return undefined;
      case 'begun':
        this.#lastBegun = message.id;
        return undefined;
      case 'done':
        return this.#done(message);
      case 'unfit':
        return unpack(message.error).then((error) => {
          this.#startError = error;
          this.#endpoint.kill();
        });
      case 'dying':
        return unpack(message.error).then((error) => {
          this.#cause = error;
        });
    }
  }

  #done(message: Extract<FromWorker, { manycorePool: 'done' }>): Promise<void> | undefined {
    const { id, verdict, ran } = message;
    const tell = (value: unknown, partial?: unknown): void => {
      const answer: Answer = { ok: verdict === 'ok', value, partial: partial as unknown[], ran };
      this.#events.finished(this.#id, id, answer, verdict);
    };
    // Nearly every answer is plain data, which is there at once.
    if (message.value.length === 1 && !message.partial) {
      tell(message.value[0]);
      return undefined;
    }
    return Promise.all([unpack(message.value), message.partial && unpack(message.partial)]).then(
      ([value, partial]) => tell(value, partial),
      (error: unknown) => {
        this.#events.finished(this.#id, id, { ok: false, value: error, ran }, 'in vain');
      },
    );
  }

  #leave(departure: Departure): undefined {
    const begun = this.#board?.hasBegun(this.#lastSent) ?? this.#lastBegun === this.#lastSent;
    this.#onGone();
    this.#events.gone(this.#id, {
      departure,
      startError: this.#startError,
      cause: this.#cause ?? departure.cause,
      // Node prints the uncaught error of a process, but not that of a thread that somebody listens to.
      reported: this.#endpoint.destination === 'process',
      unbegun: !begun,
    });
  }
}
