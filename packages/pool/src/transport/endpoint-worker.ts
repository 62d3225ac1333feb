import { type ExitStatus, NotCloneableError, ProtocolError } from '@manycore/core';
import {
  arrivalFailure,
  describeThrown,
  knownHandleModules,
  modulesOf,
  pack,
  type Packed,
  postParcel,
  programModule,
  unpack,
} from '@manycore/core/internal';
import type { TargetRef, WorkerEndpoint } from '@manycore/core/internal';
import { Alarm } from '../engine/alarm.js';
import { Board } from './board.js';
import { plainAnswer, readAnswer, verdictOf } from './check-done.js';
import type { Answer, Job } from './job.js';
import { packJob } from './pack-job.js';
import { type Claimed, type FromWorker, isFromWorker, type ToWorker } from './protocol.js';
import type { Shortage } from './shortage.js';
import type { TransportEvents, WorkerLeft } from './transport.js';
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
  readonly #shortage: Shortage;
  readonly #onGone: () => void;
  /** Where worker and pool share memory. */
  readonly #board: Board | undefined;
  /** The numbers of the targets that the worker knows. */
  readonly #targets = new Map<TargetRef, number>();
  #lastSent = 0;
  #lastBegun = 0;
  /** The job that was sent last. */
  #job: Job | undefined;
  /** That job's module could not be read for want of descriptors, so the worker never began it. */
  #wasStarved = false;
  #startError: unknown;
  #cause: unknown;
  /** What was sent and is not answered: a worker gets one job at a time. */
  #inFlight: { readonly id: number; readonly count: number | undefined } | undefined;
  /** What was answered last: a second answer to it is dropped. */
  #lastAnswered: number | undefined;
  #ready = false;
  /** It broke the protocol and is being ended: nothing that it says is believed any more. */
  #disbelieved = false;
  /** Why its last message could not be read. */
  #unreadable: Error | undefined;
  /** The last message that takes time to read: what comes later waits for it, so that order holds. */
  #reading: Promise<void> | undefined;

  constructor(
    id: number,
    endpoint: WorkerEndpoint,
    events: TransportEvents,
    shortage: Shortage,
    onGone: () => void,
  ) {
    this.#id = id;
    this.#endpoint = endpoint;
    this.#events = events;
    this.#shortage = shortage;
    this.#onGone = onGone;
    this.#board = endpoint.destination === 'thread' ? new Board() : undefined;
    // The pool as a whole keeps the program alive while there is something to wait for.
    endpoint.unref();
    endpoint.onUnreadable((cause) => {
      this.#unreadable = arrivalFailure('the result', cause);
      // Which message it was is not known: perhaps one of the program's own on the same channel.
      if (this.#inFlight) this.#post({ manycorePool: 'check', id: this.#inFlight.id });
    });
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
        modules: [...new Set([...knownHandleModules(), ...modulesOf(packed)])],
        initializer: initializer && { target: initializer, args: packed },
        board: this.#board?.buffer,
      };
      postParcel(this.#endpoint, message, [], 'initArgs');
    } catch (error) {
      this.#startError = error;
      this.#endpoint.kill();
    }
  }

  /** Returns whether something of the job was moved. */
  send(id: number, job: Job, attempt: number): boolean {
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
      modules: packed[1] && modulesOf(packed),
    };
    const count = job.shape === 'call' ? undefined : lengthOf(packed);
    postParcel(this.#endpoint, message, transfer, job.root);
    if (known === undefined) this.#targets.set(job.target, target);
    this.#lastSent = id;
    this.#job = job;
    this.#inFlight = { id, count };
    return transfer.length > 0;
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

  #receive(message: Claimed<FromWorker>): Promise<void> | undefined {
    if (this.#disbelieved) return undefined;
    switch (message.manycorePool) {
      case 'ready':
        this.#becomeReady();
        break;
      case 'begun':
        if (message.id === this.#inFlight?.id) this.#lastBegun = this.#lastSent;
        else this.#disbelieve('begins what it was not sent');
        break;
      case 'done':
        return this.#done(message);
      case 'idle':
        if (message.id === this.#inFlight?.id) this.#lose(this.#unreadable ?? new ProtocolError(skippedText));
        break;
      case 'unreadable':
        this.#refuseToRead(message.reason);
        break;
      case 'unfit':
        return this.#unfit(message.error);
      case 'dying':
        return errorIn(message.error).then((error) => {
          this.#cause = error;
        });
      default:
        this.#disbelieve('says what no worker says');
    }
    return undefined;
  }

  #becomeReady(): void {
    if (this.#ready) {
      this.#disbelieve('is ready a second time');
      return;
    }
    this.#ready = true;
    this.#shortage.ready(this.#id);
    this.#events.ready(this.#id);
  }

  #unfit(error: unknown): Promise<void> | undefined {
    if (this.#ready) {
      this.#disbelieve('is unfit after it was ready');
      return undefined;
    }
    return errorIn(error).then((reason) => {
      this.#startError = reason;
      this.#endpoint.kill();
    });
  }

  /** A worker that breaks the protocol is ended: no one can know what it runs. */
  #disbelieve(what: string): void {
    this.#disbelieved = true;
    this.#cause = new ProtocolError(
      `a worker ${what}: code in it uses the channel of manycore, or it runs another version of it`,
    );
    this.kill();
  }

  /** A message to the worker could not be read there: the last one, which it will never answer. */
  #refuseToRead(reason: unknown): void {
    const what = this.#ready ? 'the values of a task' : 'initArgs';
    const error = new NotCloneableError(`${what} cannot be read by the worker: ${describeThrown(reason)}`);
    if (this.#ready) {
      this.#lose(error);
      return;
    }
    this.#startError = error;
    this.#endpoint.kill();
  }

  /** The worker has nothing in hand, and no answer came that could be read. */
  #lose(error: Error): void {
    const flight = this.#inFlight;
    if (!flight) return;
    this.#inFlight = undefined;
    this.#lastAnswered = flight.id;
    this.#events.finished(this.#id, flight.id, { ok: false, value: error, ran: 0 }, 'in vain');
  }

  #done(message: Extract<Claimed<FromWorker>, { manycorePool: 'done' }>): Promise<void> | undefined {
    const flight = this.#inFlight;
    if (message.id !== undefined && message.id === this.#lastAnswered && message.id !== flight?.id) return undefined;
    const verdict = verdictOf(message);
    if (flight?.id !== message.id || !flight || !verdict) {
      this.#disbelieve('answers what it was not sent');
      return undefined;
    }
    this.#inFlight = undefined;
    this.#lastAnswered = flight.id;
    const { id, count } = flight;
    const tell = (answer: Answer): Promise<void> | undefined => {
      if (verdict === 'in vain') return this.#refuse(id, answer);
      this.#events.finished(this.#id, id, answer, verdict);
      return undefined;
    };
    const answer = plainAnswer(message, count);
    if (answer) return tell(answer);
    return readAnswer(message, count).then(
      tell,
      (error: unknown) => {
        this.#events.finished(this.#id, id, { ok: false, value: error, ran: 0 }, 'in vain');
      },
    );
  }

  /** A worker that could not load a module for want of descriptors makes room, and its job goes to another. */
  async #refuse(id: number, answer: Answer): Promise<void> {
    const { value } = answer;
    if (!this.#job || !(await this.#shortage.explains(value, this.#job))) {
      this.#events.finished(this.#id, id, answer, 'in vain');
      return;
    }
    this.#wasStarved = true;
    // Scarce or not: what its error says is not the reason, if it is another one.
    this.#startError = value;
    this.#endpoint.kill();
  }

  #leave(departure: ExitStatus): undefined {
    const begun = this.#board?.hasBegun(this.#lastSent) ?? this.#lastBegun === this.#lastSent;
    this.#onGone();
    const left: WorkerLeft = {
      departure,
      startError: this.#startError,
      cause: this.#cause ?? departure.cause,
      // Node prints the uncaught error of a process, but not that of a thread that somebody listens to.
      reported: this.#endpoint.destination === 'process',
      unbegun: !begun || this.#wasStarved,
    };
    this.#shortage.gone(this.#id, left);
    this.#events.gone(this.#id, left);
  }
}

/** The error in a message, or the error that keeps it from being read. */
function errorIn(packed: unknown): Promise<unknown> {
  return unpack(packed as Packed).catch((refusal: unknown) => refusal);
}

/** How many values a chunk has. */
function lengthOf([values]: Packed): number {
  return (values as readonly unknown[]).length;
}

const skippedText = 'a worker says that it does not run the task that it was sent';
