import { ManycoreError, type Transferable } from '@manycore/core';
import {
  arrivalFailure,
  cloneFailure,
  functionLabel,
  knownHandleModules,
  modulesOf,
  pack,
  programModule,
  type TargetRef,
  unpackSync,
  type WorkerEndpoint,
} from '@manycore/core/internal';
import { spawnThread } from '@manycore/thread/internal';
import { PoolClosedError } from '../errors.js';
import { DeadlineTimer } from '../executor/timers.js';
import {
  type CallOptions,
  callSettings,
  chunkSizeOf,
  type SyncMapOptions,
} from '../options/call-options.js';
import type { PoolSettings } from '../options/pool-options.js';
import { isTraced, traceBlocking } from '../platform/diagnostics.js';
import { MessageChannel, type MessagePort, receive } from '../platform/node.js';
import { locateServer } from '../servers.js';
import type { WorkerKind } from '../transport/endpoint-transport.js';
import {
  answers,
  type BlockingAnswer,
  type BlockingRequest,
  gone,
  heartbeat,
  type OpenHost,
  type ToHost,
  wordCount,
} from './protocol.js';

/** How long (ms) a blocked caller waits before it checks whether the host is alive. */
const slice = 1000;
/** How many slices without a heartbeat mean that it is not: it may be busy with a huge message. */
const patience = 60;
/** How long (ms) a host may take to end when asked. */
const endGrace = 10_000;

/** A blocking call with its values. */
interface BlockingCall extends Omit<BlockingRequest, 'id' | 'modules' | 'values'> {
  readonly values: readonly unknown[];
}

/**
 * Blocking calls: the caller's thread is blocked, so its event loop cannot run the pool. A thread of its own,
 * the host, runs a background pool with the same options and its own workers, and wakes the caller.
 */
export class BlockingCaller {
  readonly #settings: PoolSettings;
  readonly #kind: WorkerKind;
  readonly #words = new Int32Array(new SharedArrayBuffer(wordCount * 4));
  #host: WorkerEndpoint | undefined;
  #port: MessagePort | undefined;
  #lastId = 0;
  #ended = false;

  constructor(settings: PoolSettings, kind: WorkerKind) {
    this.#settings = settings;
    this.#kind = kind;
  }

  /** Blocks until the call is done; returns its result or throws its error. */
  call(
    shape: 'call' | 'map',
    target: TargetRef,
    values: readonly unknown[] | undefined = [],
    options: SyncMapOptions | undefined,
  ): unknown {
    if ((options as CallOptions | undefined)?.signal !== undefined) {
      throw new TypeError('blocking calls do not support `signal`');
    }
    if (!Array.isArray(values)) throw new TypeError('args must be an array of arguments');
    const { timeout, priority, retries } = callSettings(options);
    const chunkSize = chunkSizeOf(options);
    const call = { shape, target, values, chunkSize, timeout, priority, retries };
    if (!isTraced()) return this.#run(call);
    const items = shape === 'call' ? 1 : values.length;
    const place = { pool: this.#settings.name, name: target.name, id: 0, priority, items };
    const trace = { ...place, submittedAt: performance.now(), blocking: true } as const;
    return traceBlocking(trace, () => this.#run(call));
  }

  #run(call: BlockingCall): unknown {
    const { packed, transfer } = pack(call.values, 'thread', call.shape === 'call' ? 'args' : 'items');
    // Getters among the values may have done anything, such as closing the pool.
    if (this.#ended) throw this.#closed(call.target);
    const port = this.#open();
    const id = (this.#lastId += 1);
    const request: BlockingRequest = { ...call, id, values: packed, modules: modulesOf(packed) };
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
    // Copied, also what is marked by `move`: the pool's own workers get the same.
    const { packed } = pack(initArgs, 'thread', 'initArgs');
    const message: OpenHost = {
      manycoreBlocking: 'open',
      settings: { name, ...settings },
      main: programModule(),
      modules: [...new Set([...knownHandleModules(), ...modulesOf(packed)])],
      kind: this.#kind,
      port: port2,
      words: this.#words.buffer,
    };
    postTo(port1, { initArgs: packed }, [], 'initArgs');
    const server = locateServer('manycore-pool-host');
    const host = spawnThread({ name: `${name}-sync`, daemon: true, server });
    host.unref();
    host.post(message, [port2]);
    port1.unref();
    this.#host = host;
    this.#port = port1;
    return port1;
  }

  #wait(port: MessagePort, id: number): BlockingAnswer {
    let beat = -1;
    let silent = 0;
    for (;;) {
      const seen = Atomics.load(this.#words, answers);
      const received = this.#receive(port);
      if (received) {
        const answer = received.message as BlockingAnswer;
        if (answer.id === id || answer.id === undefined) return answer;
        continue;
      }
      if (Atomics.load(this.#words, gone) !== 0) throw this.#hostDied();
      if (Atomics.wait(this.#words, answers, seen, slice) !== 'timed-out') continue;
      const now = Atomics.load(this.#words, heartbeat);
      silent = now === beat ? silent + 1 : 0;
      beat = now;
      if (silent >= patience) throw this.#hostDied();
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
    return new PoolClosedError(`cannot run ${functionLabel(name)}: ${this.#settings.name} is closed; make a new pool`);
  }

  #hostDied(): ManycoreError {
    this.#host?.kill();
    return new ManycoreError(
      'MANYCORE_SYNC_BROKEN',
      `the thread that runs the blocking calls of ${this.#settings.name} died, probably of too little ` +
        'memory for the values of a call; make a new pool, or use the async forms',
    );
  }

  /** Closes or terminates the background pool; resolves when the host has exited. */
  async end(how: 'close' | 'terminate'): Promise<void> {
    this.#ended = true;
    const host = this.#host;
    if (!host) return;
    this.#port?.postMessage(how satisfies ToHost);
    // Only if the host is stuck: the background pool ends workers that hang itself.
    const timer = new DeadlineTimer(() => host.kill());
    if (how === 'terminate') timer.set(performance.now() + endGrace);
    await host.departed;
    timer.clear();
    this.#port?.close();
  }
}

/** @throws NotCloneableError for what the platform cannot clone. */
function postTo(
  port: MessagePort,
  message: ToHost,
  transfer: readonly Transferable[],
  root: string,
): void {
  try {
    port.postMessage(message, transfer as ArrayBuffer[]);
  } catch (cause) {
    throw cloneFailure(cause, message, transfer, root, 'thread');
  }
}
