import { ManycoreError, type SyncWaitOptions, type WaitOptions } from '@manycore/core';
import { defineInspection, registerHandle } from '@manycore/core/internal';
import type { Scope, SharedBlock } from '@manycore/memory';
import { scopeOf } from '@manycore/memory/internal';

import type { Channel, Use } from '../channel/channel.js';
import { decode, decodeSync } from '../encoding/decode.js';
import { encode } from '../encoding/encode.js';
import type { Incoming } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import { ConnectionClosedError } from '../errors.js';
import { arrive, depart, type Passage } from '../exchange/messages.js';
import { arrivedBlock } from '../queue-memory.js';
import { capacityOf } from '../queue-options.js';
import { Selectable, type Source } from '../selectable.js';
import { type EndpointLease, leaseOf, type Transit } from './endpoint-lease.js';
import { type End, PipeBlock } from './pipe-block.js';

/** What `pipe` takes. */
export interface PipeOptions {
  /** Whether values can be sent both ways; true unless told. */
  readonly duplex?: boolean | undefined;
  /** The bytes of memory for values in flight, each way; 64 KiB unless told. See `QueueOptions`. */
  readonly capacity?: number | undefined;
  /** What can reach it: the threads of this process (`'threads'`, the default), or other processes too. */
  readonly scope?: Scope | undefined;
}

const defaultCapacity = 64 * 1024;

/**
 * Makes a pipe: two connections, at either of which can be received what is sent at the other. With
 * `duplex: false` the first can only receive, and the second only send.
 *
 * @throws RangeError or TypeError naming the option that is wrong; ProcessesUnavailableError where scope
 * 'processes' cannot be had.
 *
 * @example
 * ```ts
 * import { pipe } from '@manycore/queue';
 *
 * const [here, there] = pipe<string>();
 * await there.send('hello');
 * console.log(await here.recv()); // → hello
 * ```
 */
export function pipe<T = unknown, U = T>(
  options: PipeOptions = {},
): [Connection<T, U>, Connection<U, T>] {
  const { duplex = true, capacity = defaultCapacity, scope } = checked(options);
  if (typeof duplex !== 'boolean') {
    throw new TypeError(`duplex must be true or false, not ${typeof duplex}`);
  }
  const block = PipeBlock.create(duplex, capacityOf(capacity), scopeOf(scope));
  return [
    new Connection<T, U>(block, 0),
    new Connection<U, T>(block, 1),
  ];
}

function checked(options: unknown): Partial<Record<keyof PipeOptions, unknown>> {
  if (typeof options === 'object' && options !== null) return options;
  throw new TypeError(`options must be an object such as { duplex: false }, not ${typeof options}`);
}

/** What crosses when a connection is sent. */
interface ConnectionState extends Transit {
  readonly block: SharedBlock;
  readonly end: End;
  /** What belongs to the values that were sent here and not received. */
  readonly passage: Passage | undefined;
}

/** A connection that this thread can no longer reach is closed. */
const unreachable = new FinalizationRegistry<EndpointLease>((lease) => lease.close());

/**
 * One end of a pipe, made by `pipe()`: values that are sent at one end are received at the other, in their
 * order. A connection can be sent to other threads and processes. Several may have the same end: each
 * value is received by one of them.
 *
 * A thread that sends a connection away gives it up at the end of that turn of its event loop, until it uses
 * it again: so an end for several receivers must be sent to all of them without an `await` in between. While
 * no thread has an end, because those that had it have closed it, given it up or died, the other end throws
 * ConnectionClosedError instead of waiting. Once it has done so the end is gone for good: every connection to it
 * is `closed`, also one that was only sent away. An operation that waits holds the end until it is over. (A
 * connection in flight to a process that dies before it arrives counts as gone after a minute.)
 */
export class Connection<Sent = unknown, Received = Sent> extends Selectable {
  readonly #pipe: PipeBlock;
  readonly #end: End;
  readonly #lease: EndpointLease;
  readonly #incoming: Channel | undefined;
  readonly #outgoing: Channel | undefined;
  /** Aborted when this connection is closed. */
  readonly #closing: AbortController = new AbortController();

  /** Told while an operation waits: this connection must not be given up, or collected and so closed, meanwhile. */
  readonly #use: Use = {
    begin: () => this.#lease.begin(),
    end: () => this.#lease.end(),
  };

  /** @internal Connections come from `pipe()`. */
  constructor(pipe: PipeBlock, end: End, transit?: Transit) {
    super();
    if (!(pipe instanceof PipeBlock)) {
      throw new TypeError('a Connection is made by pipe(): const [a, b] = pipe()');
    }
    this.#pipe = pipe;
    this.#end = end;
    this.#incoming = pipe.incoming(end);
    this.#outgoing = pipe.outgoing(end);
    this.#lease = leaseOf(pipe, end);
    this.#lease.open(transit);
    unreachable.register(this, this.#lease, this.#closing);
  }

  /**
   * Sends a value, waiting for room without blocking the thread. When it resolves, the value is in the pipe:
   * this thread or process may end.
   *
   * @throws ConnectionClosedError when the other end is gone or this connection was closed; TimeoutError
   * after `timeout` ms, or the signal's reason; NotCloneableError naming the path of what cannot be sent.
   */
  send(value: Sent, options?: WaitOptions): Promise<void> {
    try {
      const channel = this.#usable(this.#outgoing, sendText);
      return channel.send(this.#encode(value), options, this.#closing.signal, this.#use);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The same, blocking the thread while there is no room. */
  sendSync(value: Sent, options?: SyncWaitOptions): void {
    this.#usable(this.#outgoing, sendText).sendSync(this.#encode(value), options);
  }

  /**
   * Receives the next value, waiting for it without blocking the thread.
   *
   * @throws ConnectionClosedError when the other end is gone and everything was received, or this
   * connection was closed; TimeoutError after `timeout` ms, or the signal's reason.
   */
  recv(options?: WaitOptions): Promise<Received> {
    try {
      const channel = this.#usable(this.#incoming, receiveText);
      return channel.receive(options, (message) => this.#decode(message), this.#closing.signal, this.#use);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The same, blocking the thread. */
  recvSync(options?: SyncWaitOptions): Received {
    const channel = this.#usable(this.#incoming, receiveText);
    return decodeSync(channel.receiveSync(options), channel.store.parts) as Received;
  }

  /**
   * Whether there is something to receive, or the end of it: `recv` would not wait. Waits for it up to
   * `timeout` ms; unlike elsewhere, not at all when that is left out, as in Python.
   */
  async poll(options?: WaitOptions): Promise<boolean> {
    const channel = this.#usable(this.#incoming, receiveText);
    return channel.isReadyWithin({ timeout: 0, ...options }, this.#closing.signal);
  }

  /** The same, blocking the thread. */
  pollSync(options?: SyncWaitOptions): boolean {
    return this.#usable(this.#incoming, receiveText).isReadyWithinSync({ timeout: 0, ...options });
  }

  /**
   * Closes this connection: pending and later operations throw ConnectionClosedError. When no other
   * thread has this end, the other end learns of it. Closing twice does nothing.
   */
  close(): void {
    if (this.#closing.signal.aborted) return;
    unreachable.unregister(this.#closing);
    this.#closing.abort(closedError());
    this.#lease.close();
  }

  /**
   * Whether this connection was closed, or given up by being sent away and found gone at the other end since.
   * Once it is true it stays so.
   */
  get closed(): boolean {
    return this.#closing.signal.aborted || this.#lease.gone;
  }

  /** Whether values can be received at this end: at both of a duplex pipe, else at the first. */
  get readable(): boolean {
    return this.#incoming !== undefined;
  }

  /** Whether values can be sent at this end: at both of a duplex pipe, else at the second. */
  get writable(): boolean {
    return this.#outgoing !== undefined;
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  protected override source(): Source {
    const channel = this.#usable(this.#incoming, receiveText);
    return { channel, closing: this.#closing.signal };
  }

  #encode(value: Sent): Outgoing {
    return encode(value, this.#pipe.block.scope, this.#outgoing?.store.parts);
  }

  #decode(message: Incoming): Received {
    return decode(message, this.#incoming?.store.parts) as Received;
  }

  #usable(channel: Channel | undefined, cannot: string): Channel {
    if (this.#closing.signal.aborted) throw closedError();
    if (!channel) throw new ManycoreError('MANYCORE_ONE_WAY', cannot);
    if (!this.#lease.use()) throw goneError();
    return channel;
  }

  static {
    defineInspection<Connection>(this, (connection) => {
      const { readable, writable, closed } = connection;
      return { readable, writable, closed, scope: connection.#pipe.block.scope };
    });
    registerHandle(this, {
      name: 'Connection',
      module: import.meta.url,
      scope: (connection) => connection.#pipe.block.scope,
      detach: (connection, to): ConnectionState => {
        if (connection.#closing.signal.aborted) throw closedError();
        const { block } = connection.#pipe;
        const passage = depart(connection.#incoming?.store.parts, to);
        const slot = connection.#lease.send();
        if (slot === undefined) throw goneError();
        return { block, end: connection.#end, sender: block.owners.self(), slot, passage };
      },
      attach: (state: ConnectionState) => {
        const pipe = new PipeBlock(arrivedBlock(state));
        const { end, sender, slot, passage } = state;
        const connection = new this(pipe, end === 1 ? 1 : 0, { sender, slot });
        arrive(connection.#incoming?.store.parts, passage);
        return connection;
      },
    });
  }
}

const sendText =
  'this end of the pipe can only receive: send at the other end, or make it with pipe({ duplex: true })';
const receiveText =
  'this end of the pipe can only send: receive at the other end, or make it with pipe({ duplex: true })';

function closedError(): ConnectionClosedError {
  return new ConnectionClosedError('this connection was closed');
}

function goneError(): ConnectionClosedError {
  return new ConnectionClosedError(
    'this end of the pipe is closed: it was sent away, every thread that had it closed it or ended, and the ' +
      'other end was told so. To keep it open, keep a connection to it and use it, or make a new pipe',
  );
}
