import {
  arrivalFailure,
  cloneFailure,
  type Deferred,
  deferred,
  inheritMain,
  pack,
  trustModules,
  unpack,
} from '@manycore/core/internal';
import { MapCall } from '../calls/map-call.js';
import { SingleCall } from '../calls/single-call.js';
import { defaultChunkSize } from '../calls/chunks.js';
import { Engine } from '../engine/engine.js';
import type { CallSettings } from '../options/call-options.js';
import type { MessagePort } from '../platform/message-port.js';
import { exitWorker, onWorkerExit } from '../platform/worker-node.js';
import { EndpointTransport } from '../transport/endpoint-transport.js';
import type { TransportEvents } from '../transport/transport.js';
import { spawnFor } from '../workers/spawn.js';
import {
  answers,
  gone,
  heartbeat,
  heartbeatInterval,
  type OpenBroker,
  type SyncAnswer,
  type SyncRequest,
  type SyncSetup,
  type ToBroker,
} from './protocol.js';

/** The other side of `SyncCaller`: runs a twin of the pool in a thread whose event loop is free. */
export class Broker {
  readonly #open: OpenBroker;
  readonly #engine: Deferred<Engine> = deferred<Engine>();
  readonly #port: MessagePort;
  readonly #words: Int32Array;
  #isSetUp = false;

  /** Begins to serve the port that the message brings. */
  constructor(open: OpenBroker) {
    inheritMain(open.main);
    trustModules(open.modules);
    this.#open = open;
    this.#words = new Int32Array(open.words);
    this.#port = open.port;
    // Each request is answered with why it failed.
    this.#engine.promise.catch(() => undefined);
    setInterval(() => Atomics.add(this.#words, heartbeat, 1), heartbeatInterval);
    onWorkerExit(() => {
      Atomics.store(this.#words, gone, 1);
      this.#wake();
    });
    this.#port.on('messageerror', (cause) => this.#unreadable(cause));
    this.#port.on('message', (message: ToBroker) => this.#receive(message));
  }

  #receive(message: ToBroker): void {
    if (typeof message === 'string') void this.#end(message);
    else if ('initArgs' in message) void this.#setUp(message);
    else void this.#answer(message);
  }

  async #setUp({ initArgs: packed }: SyncSetup): Promise<void> {
    this.#isSetUp = true;
    try {
      const initArgs = (await unpack(packed)) as unknown[];
      const settings = { ...this.#open.settings, initArgs };
      const { name, initializer } = settings;
      const setup = { pool: name, initializer, initArgs };
      const spawn = spawnFor(`${name}-sync`, this.#open.making);
      const transport = (events: TransportEvents): EndpointTransport =>
        new EndpointTransport(spawn, setup, events);
      this.#engine.resolve(new Engine(settings, transport));
    } catch (error) {
      this.#engine.reject(error);
    }
  }

  /** The messages come in order: first the setup, then a request at a time. */
  #unreadable(cause: unknown): void {
    if (this.#isSetUp) {
      this.#post(undefined, false, arrivalFailure('a call with its values', cause));
      this.#wake();
      return;
    }
    this.#isSetUp = true;
    this.#engine.reject(arrivalFailure('initArgs', cause));
  }

  async #end(how: 'close' | 'terminate'): Promise<void> {
    try {
      const engine = await this.#engine.promise;
      if (how === 'close') engine.close();
      else engine.terminate();
      await engine.join();
    } finally {
      exitWorker();
    }
  }

  async #answer(request: SyncRequest): Promise<void> {
    const { id } = request;
    let ok = true;
    let value: unknown;
    try {
      value = await this.#run(request);
    } catch (error) {
      ok = false;
      value = error;
    }
    try {
      this.#post(id, ok, value);
    } catch (error) {
      this.#post(id, false, error);
    }
    this.#wake();
  }

  async #run(request: SyncRequest): Promise<unknown> {
    const { shape, target, timeout, priority, retries } = request;
    const engine = await this.#engine.promise;
    trustModules([...request.modules, target.module]);
    const values = (await unpack(request.values)) as unknown[];
    const deadline = performance.now() + timeout;
    const settings: CallSettings = { timeout, deadline, signal: undefined, priority, retries };
    if (shape === 'call') {
      return new SingleCall(target, values, timeout).submit(engine, settings).promise;
    }
    const workers = engine.limits.max;
    const chunkSize = request.chunkSize ?? defaultChunkSize(values.length, workers);
    const plan = { target, shape, items: values, chunkSize, onProgress: undefined };
    return new MapCall(engine, plan, settings).submit().promise;
  }

  #post(id: number | undefined, ok: boolean, value: unknown): void {
    const { packed, transfer } = pack(value, 'thread', 'result');
    const answer: SyncAnswer = { id, ok, value: packed };
    try {
      this.#port.postMessage(answer, transfer as ArrayBuffer[]);
    } catch (cause) {
      throw cloneFailure(cause, answer, transfer, 'result', 'thread');
    }
  }

  #wake(): void {
    Atomics.add(this.#words, answers, 1);
    Atomics.notify(this.#words, answers);
  }
}
