import { ManycoreError, type Transferable } from '@manycore/core';
import {
  arrivalFailure,
  cloneFailure,
  knownHandleModules,
  modulesOf,
  pack,
  programModule,
  type TargetRef,
  unpackSync,
  type WorkerEndpoint,
} from '@manycore/core/internal';
import { spawnThread } from '@manycore/thread/internal';
import { Alarm } from '../engine/alarm.js';
import { PoolClosedError } from '../errors/pool-closed-error.js';
import type { PoolSettings } from '../options/pool-options.js';
import { MessageChannel, type MessagePort, receive } from '../platform/message-port.js';
import type { WorkerMaking } from '../workers/spawn.js';
import {
  answers,
  gone,
  heartbeat,
  type OpenBroker,
  type SyncAnswer,
  type SyncRequest,
  type ToBroker,
  wordCount,
} from './protocol.js';

/** How long (ms) a blocked caller sleeps before it looks whether the broker lives. */
const slice = 1000;
/** How many slices without a sign of life mean that it does not: it may be busy with a huge message. */
const patience = 60;
/** How long (ms) a broker may take to end when asked. */
const endGrace = 10_000;

/** What a blocking call is about. */
export interface SyncCall extends Omit<SyncRequest, 'id' | 'modules' | 'values'> {
  readonly values: readonly unknown[];
}

/**
 * Blocking calls: the caller's thread sleeps, so its event loop cannot run the pool. A thread of its own,
 * the broker, runs a twin of the pool with the same options and its own workers, and wakes the caller.
 */
export class SyncCaller {
  readonly #settings: PoolSettings;
  readonly #making: WorkerMaking;
  readonly #words = new Int32Array(new SharedArrayBuffer(wordCount * 4));
  #broker: WorkerEndpoint | undefined;
  #port: MessagePort | undefined;
  #lastId = 0;
  #ended = false;

  constructor(settings: PoolSettings, making: WorkerMaking) {
    this.#settings = settings;
    this.#making = making;
  }

  /** Blocks until the call is done; returns its result or throws its error. */
  run(call: SyncCall): unknown {
    const { packed, transfer } = pack(call.values, 'thread', call.shape === 'call' ? 'args' : 'items');
    // Getters among the values may have done anything, such as closing the pool.
    if (this.#ended) throw this.#closed(call.target);
    const port = this.#open();
    const id = (this.#lastId += 1);
    const request: SyncRequest = { ...call, id, values: packed, modules: modulesOf(packed) };
    postTo(port, request, transfer, call.shape === 'call' ? 'args' : 'items');
    const { ok, value } = this.#wait(port, id);
    const result = unpackSync(value);
    if (ok) return result;
    throw result;
  }

  #open(): MessagePort {
    if (this.#port) return this.#port;
    const { name, initArgs, ...settings } = this.#settings;
    const { port1, port2 } = new MessageChannel();
    // Copied, also what was moved: the pool's own workers get the same.
    const { packed } = pack(initArgs, 'thread', 'initArgs');
    const message: OpenBroker = {
      manycoreSync: 'open',
      settings: { name, ...settings },
      main: programModule(),
      modules: [...new Set([...knownHandleModules(), ...modulesOf(packed)])],
      making: this.#making,
      port: port2,
      words: this.#words.buffer,
    };
    postTo(port1, { initArgs: packed }, [], 'initArgs');
    const server = new URL('./broker.js', import.meta.url).href;
    const broker = spawnThread({ name: `${name}-sync`, daemon: true, server });
    broker.unref();
    broker.post(message, [port2]);
    port1.unref();
    this.#broker = broker;
    this.#port = port1;
    return port1;
  }

  #wait(port: MessagePort, id: number): SyncAnswer {
    let beat = -1;
    let silent = 0;
    for (;;) {
      const seen = Atomics.load(this.#words, answers);
      const received = this.#receive(port);
      if (received) {
        const answer = received.message as SyncAnswer;
        if (answer.id === id || answer.id === undefined) return answer;
        continue;
      }
      if (Atomics.load(this.#words, gone) !== 0) throw this.#brokerDied();
      if (Atomics.wait(this.#words, answers, seen, slice) !== 'timed-out') continue;
      const now = Atomics.load(this.#words, heartbeat);
      silent = now === beat ? silent + 1 : 0;
      beat = now;
      if (silent >= patience) throw this.#brokerDied();
    }
  }

  #receive(port: MessagePort): { readonly message: unknown } | undefined {
    try {
      return receive(port);
    } catch (cause) {
      throw arrivalFailure('the result', cause);
    }
  }

  #closed({ name }: TargetRef): PoolClosedError {
    return new PoolClosedError(`cannot run \`${name}\`: ${this.#settings.name} is closed; make a new pool`);
  }

  #brokerDied(): ManycoreError {
    this.#broker?.kill();
    return new ManycoreError(
      'MANYCORE_SYNC_BROKEN',
      `the thread that runs the blocking calls of ${this.#settings.name} died, probably of too little ` +
        'memory for the values that it passed on; make a new pool, or use the async forms',
    );
  }

  /** Lets the twin end, or ends it at once; resolves when it is gone. */
  async end(how: 'close' | 'terminate'): Promise<void> {
    this.#ended = true;
    const broker = this.#broker;
    if (!broker) return;
    this.#port?.postMessage(how satisfies ToBroker);
    // Only if it is stuck: workers that hang are dealt with by the twin itself.
    const alarm = new Alarm(() => broker.kill());
    if (how === 'terminate') alarm.set(performance.now() + endGrace);
    await broker.departed;
    alarm.clear();
    this.#port?.close();
  }
}

/** @throws NotCloneableError for what the platform cannot clone. */
function postTo(
  port: MessagePort,
  message: ToBroker,
  transfer: readonly Transferable[],
  root: string,
): void {
  try {
    port.postMessage(message, transfer as ArrayBuffer[]);
  } catch (cause) {
    throw cloneFailure(cause, message, transfer, root, 'thread');
  }
}
