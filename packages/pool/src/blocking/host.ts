import { ProtocolError } from '@manycore/core';
import {
  arrivalFailure,
  cloneFailure,
  type Deferred,
  deferred,
  type Endpoint,
  inheritMain,
  pack,
  type TargetRef,
  trustModules,
  unpack,
} from '@manycore/core/internal';
import { MapCall } from '../calls/map-call.js';
import { SingleCall } from '../calls/single-call.js';
import type { CallPayload } from '../executor/call.js';
import { Executor } from '../executor/executor.js';
import { taskError } from '../executor/task-error.js';
import type { CallSettings } from '../options/call-options.js';
import type { MessagePort } from '../platform/node.js';
import { exitWorker, onWorkerExit } from '../platform/worker-node.js';
import { EndpointTransport } from '../transport/endpoint-transport.js';
import { ringsLoaded } from '../transport/load-rings.js';
import { Lending } from './lending.js';
import {
  answers,
  type BlockingAnswer,
  type BlockingRequest,
  type CollectRequest,
  gone,
  heartbeat,
  heartbeatInterval,
  type HostSetup,
  isOpenHost,
  type LeaseNews,
  type OpenHost,
  type ToHost,
} from './protocol.js';

/** What the thread of a pool's blocking calls runs. */
export function serve(endpoint: Endpoint): void {
  endpoint.onMessage((message) => {
    if (isOpenHost(message)) new BlockingHost(message);
  });
}

/** The other side of `BlockingCaller`: runs a background pool in a thread whose event loop is free. */
class BlockingHost {
  readonly #open: OpenHost;
  readonly #executor: Deferred<Executor> = deferred<Executor>();
  /** What the requests name by numbers. */
  readonly #targets: TargetRef[] = [];
  #lending: Lending | undefined;
  readonly #port: MessagePort;
  readonly #words: Int32Array;
  #isSetUp = false;

  /** Begins to serve the port that the message brings. */
  constructor(open: OpenHost) {
    inheritMain(open.main);
    trustModules(open.modules);
    this.#open = open;
    this.#words = new Int32Array(open.words);
    this.#port = open.port;
    // Each request is answered with why it failed.
    this.#executor.promise.catch(() => undefined);
    setInterval(() => Atomics.add(this.#words, heartbeat, 1), heartbeatInterval);
    onWorkerExit(() => {
      Atomics.store(this.#words, gone, 1);
      this.#wake();
    });
    this.#port.on('messageerror', (cause) => this.#unreadable(cause));
    this.#port.on('message', (message: ToHost) => this.#receive(message));
  }

  #receive(message: ToHost): void {
    if (typeof message === 'string') void this.#end(message);
    else if ('initArgs' in message) void this.#setUp(message);
    else if ('task' in message) void this.#answer(message, () => this.#collect(message));
    else void this.#answer(message, () => this.#run(message));
  }

  async #setUp({ initArgs: packed }: HostSetup): Promise<void> {
    this.#isSetUp = true;
    try {
      const initArgs = (await unpack(packed)) as unknown[];
      const { settings: given, kind } = this.#open;
      // What a thread shares with processes stays open when it ends, for the next thread: not for every pool one more.
      const reportsStarts = given.limits.reportsStarts && kind.kind === 'thread';
      const settings = { ...given, initArgs, limits: { ...given.limits, reportsStarts } };
      const executor = new Executor(
        settings,
        (events) => new EndpointTransport<CallPayload>(kind, `${settings.name}-sync`, settings, events),
      );
      this.#lending = new Lending(executor, this.#words);
      this.#executor.resolve(executor);
    } catch (error) {
      this.#executor.reject(error);
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
    this.#executor.reject(arrivalFailure('initArgs', cause));
  }

  async #end(how: 'close' | 'terminate'): Promise<void> {
    try {
      const executor = await this.#executor.promise;
      if (how === 'close') executor.close();
      else executor.terminate();
      await executor.join();
      await ringsLoaded();
    } finally {
      exitWorker();
    }
  }

  async #answer(request: BlockingRequest | CollectRequest, run: () => Promise<unknown>): Promise<void> {
    const { id } = request;
    let ok = true;
    let value: unknown;
    try {
      value = await run();
    } catch (error) {
      ok = false;
      value = error;
    }
    const lease = this.#lending?.news('target' in request ? this.#targets[request.target] : undefined);
    try {
      this.#post(id, ok, value, lease);
    } catch (error) {
      this.#post(id, false, error, lease);
    }
    this.#wake();
  }

  /** The target of a request, which brings it the first time. */
  #target({ target, ref }: BlockingRequest): TargetRef {
    if (ref) this.#targets[target] = ref;
    const found = this.#targets[target];
    if (!found) throw new ProtocolError('a blocking call of a function that was not sent');
    return found;
  }

  /** How a task of the leased worker ended. */
  async #collect(request: CollectRequest): Promise<unknown> {
    const result = await this.#lending?.collect(request);
    if (result?.status === 'ok') return result.value;
    const place = { pool: this.#open.settings.name, name: request.name, timeout: Infinity };
    throw result ? taskError(result, place) : new ProtocolError('a task of a worker that is not leased');
  }

  async #run(request: BlockingRequest): Promise<unknown> {
    const { shape, timeout, priority, retries } = request;
    const target = this.#target(request);
    const executor = await this.#executor.promise;
    if (request.lease) await this.#lending?.lend(request.lease);
    trustModules([...request.modules, target.module]);
    const values = (await unpack(request.values)) as unknown[];
    const deadline = performance.now() + timeout;
    const settings: CallSettings = { timeout, deadline, signal: undefined, priority, retries };
    if (shape === 'call') {
      const call = new SingleCall(target, values, settings);
      const since = performance.now();
      executor.submit(call, settings);
      return call.promise.finally(() => this.#lending?.note(performance.now() - since));
    }
    const plan = { target, shape, chunkSize: request.chunkSize, onProgress: undefined };
    return new MapCall(executor, plan, settings).start(values);
  }

  #post(id: number | undefined, ok: boolean, value: unknown, lease?: LeaseNews): void {
    const { packed, transfer } = pack(value, 'thread', 'result');
    const answer: BlockingAnswer = { id, ok, value: packed, lease };
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
