import { inheritMain, pack, programModule, unpack } from '@manycore/core';
import { MapCall } from '../calls/map-call.js';
import { SingleCall } from '../calls/single-call.js';
import { defaultChunkSize } from '../calls/chunks.js';
import { Engine } from '../engine/engine.js';
import type { CallSettings } from '../options/call-options.js';
import type { MessagePort } from '../platform/message-port.js';
import { exitWorker, onWorkerExit } from '../platform/worker-node.js';
import { EndpointTransport } from '../transport/endpoint-transport.js';
import { spawnFor } from '../workers/spawn.js';
import {
  answers,
  gone,
  heartbeat,
  heartbeatInterval,
  type OpenBroker,
  type SyncAnswer,
  type SyncRequest,
  type ToBroker,
} from './protocol.js';

/** The other side of `SyncCaller`: runs a twin of the pool in a thread whose event loop is free. */
export class Broker {
  readonly #engine: Engine;
  readonly #port: MessagePort;
  readonly #words: Int32Array;

  /** Begins to serve the port. */
  static async open(message: OpenBroker): Promise<void> {
    inheritMain(message.main ?? programModule());
    const initArgs = (await unpack(message.initArgs)) as unknown[];
    new Broker(message, initArgs);
  }

  private constructor(open: OpenBroker, initArgs: readonly unknown[]) {
    const settings = { ...open.settings, initArgs };
    const { name, initializer } = settings;
    const setup = { pool: name, initializer, initArgs };
    const spawn = spawnFor(`${name}-sync`, open.making);
    this.#words = new Int32Array(open.words);
    this.#port = open.port;
    this.#engine = new Engine(settings, (events) => new EndpointTransport(spawn, setup, events));
    setInterval(() => Atomics.add(this.#words, heartbeat, 1), heartbeatInterval);
    onWorkerExit(() => {
      Atomics.store(this.#words, gone, 1);
      this.#wake();
    });
    this.#port.on('message', (message: ToBroker) => this.#receive(message));
  }

  #receive(message: ToBroker): void {
    if (typeof message === 'object') {
      void this.#answer(message);
      return;
    }
    if (message === 'close') this.#engine.close();
    else this.#engine.terminate();
    void this.#engine.join().then(exitWorker);
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
    const values = (await unpack(request.values)) as unknown[];
    const deadline = performance.now() + timeout;
    const settings: CallSettings = { timeout, deadline, signal: undefined, priority, retries };
    if (shape === 'call') {
      return new SingleCall(target, values, timeout).submit(this.#engine, settings).promise;
    }
    const workers = this.#engine.limits.max;
    const chunkSize = request.chunkSize ?? defaultChunkSize(values.length, workers);
    const plan = { target, shape, items: values, chunkSize, onProgress: undefined };
    return new MapCall(this.#engine, plan, settings).submit().promise;
  }

  #post(id: number, ok: boolean, value: unknown): void {
    const { packed, transfer } = pack(value, 'thread', 'result');
    const answer: SyncAnswer = { id, ok, value: packed };
    this.#port.postMessage(answer, transfer as ArrayBuffer[]);
  }

  #wake(): void {
    Atomics.add(this.#words, answers, 1);
    Atomics.notify(this.#words, answers);
  }
}
