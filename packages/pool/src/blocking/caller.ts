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
import { locateServer, type WorkerKind } from '../transport/spawners.js';
import { ringsLoaded } from '../transport/load-rings.js';
import {
  answers,
  type BlockingAnswer,
  type BlockingRequest,
  type CollectRequest,
  HostLife,
  type OpenHost,
  type ToHost,
  wordCount,
} from './protocol.js';
import { LeaseClient } from './lease-client.js';

/** How long (ms) a blocked caller waits before it checks whether the host is alive. */
const slice = 1000;
/** How long (ms) a host may take to end when asked. */
const endGrace = 10_000;

/** A blocking call with its values. */
interface BlockingCall extends Omit<BlockingRequest, 'id' | 'modules' | 'values' | 'target' | 'ref' | 'lease'> {
  readonly target: TargetRef;
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
  readonly #life = new HostLife(this.#words);
  /** The numbers of the targets that the host knows. */
  readonly #targets = new Map<TargetRef, number>();
  #lease: LeaseClient | undefined;
  #host: WorkerEndpoint | undefined;
  #port: MessagePort | undefined;
  #lastId = 0;
  #ended = false;
  /** The host was killed: its workers may live for a moment. */
  #killed = false;

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
    const isPlain = call.shape === 'call' && call.timeout === Infinity && call.retries === 0;
    if (isPlain) this.#life.watch();
    const end = isPlain ? this.#lease?.run(call.target, call.values) : undefined;
    if (end?.kind === 'value') return end.value;
    return end ? this.#collect(call, end.task, end.corrupted) : this.#request(call);
  }

  /** Has the background pool run the call. */
  #request(call: BlockingCall): unknown {
    const { target, values } = call;
    const root = call.shape === 'call' ? 'args' : 'items';
    const { packed, transfer } = pack(values, 'thread', root);
    // Getters among the values may have done anything, such as closing the pool.
    if (this.#ended) throw this.#closed(target);
    const port = this.#open();
    const known = this.#targets.get(target);
    const number = known ?? this.#targets.size;
    const request: BlockingRequest = {
      ...call,
      id: this.#nextId(),
      target: number,
      ref: known === undefined ? target : undefined,
      values: packed,
      modules: modulesOf(packed),
      lease: this.#lease?.memory,
    };
    postTo(port, request, transfer, root);
    this.#targets.set(target, number);
    return this.#settle(port, request.id, target);
  }

  /** Asks the host how a task of the leased worker ended. */
  #collect({ target }: BlockingCall, task: number, corrupted: string | undefined): unknown {
    const port = this.#open();
    const request: CollectRequest = { id: this.#nextId(), task, name: target.name, corrupted };
    port.postMessage(request satisfies ToHost);
    return this.#settle(port, request.id, target);
  }

  #nextId(): number {
    return (this.#lastId += 1);
  }

  /** Waits for the answer; returns the result, or throws the error, that it brings. */
  #settle(port: MessagePort, id: number, target: TargetRef): unknown {
    const { id: answered, ok, value, lease } = this.#wait(port, id);
    // The host could not read the request, which perhaps brought the target.
    if (answered === undefined && this.#targets.get(target) === this.#targets.size - 1) this.#targets.delete(target);
    this.#lease?.note(lease, target);
    const result = unpackSync(value);
    if (ok) return result;
    throw result;
  }

  #open(): MessagePort {
    if (this.#port) return this.#port;
    const { name, initArgs, ...settings } = this.#settings;
    const { reportsStarts, maxTasksPerWorker } = settings.limits;
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
    // The tasks of a lease are not counted.
    if (reportsStarts && maxTasksPerWorker === Infinity) {
      this.#lease = new LeaseClient(this.#words, this.#kind.kind, () => this.#checkHost());
    }
    return port1;
  }

  #wait(port: MessagePort, id: number): BlockingAnswer {
    this.#life.watch();
    for (;;) {
      const seen = Atomics.load(this.#words, answers);
      const received = this.#receive(port);
      if (received) {
        const answer = received.message as BlockingAnswer;
        if (answer.id === id || answer.id === undefined) return answer;
        continue;
      }
      this.#checkHost();
      Atomics.wait(this.#words, answers, seen, slice);
    }
  }

  #checkHost(): void {
    if (this.#life.isOver) throw this.#hostDied();
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

  #kill(): void {
    this.#killed = true;
    this.#host?.kill();
  }

  #hostDied(): ManycoreError {
    this.#kill();
    return new ManycoreError(
      'MANYCORE_SYNC_BROKEN',
      `the thread that runs the blocking calls of ${this.#settings.name} died, probably of too little ` +
        'memory for the values of a call; make a new pool, or use the async forms',
    );
  }

  /** Closes or terminates the background pool; resolves when the host has exited. */
  async end(how: 'close' | 'terminate'): Promise<void> {
    this.#ended = true;
    this.#lease?.stop();
    const host = this.#host;
    if (!host) return;
    this.#port?.postMessage(how satisfies ToHost);
    // Only if the host is stuck: the background pool ends workers that hang itself.
    const timer = new DeadlineTimer(() => this.#kill());
    if (how === 'terminate') timer.set(performance.now() + endGrace);
    await host.departed;
    timer.clear();
    await ringsLoaded();
    if (!this.#killed) this.#lease?.end();
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
