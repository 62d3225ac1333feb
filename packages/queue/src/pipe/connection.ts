import {
  ManycoreError,
  registerHandle,
  type SyncWaitOptions,
  type WaitOptions,
} from '@manycore/core';
import type { SharedBlock } from '@manycore/memory';

import { decode, decodeSync } from '../encoding/decode.js';
import { encode } from '../encoding/encode.js';
import type { Incoming } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import { ConnectionClosedError } from '../errors/connection-closed-error.js';
import { bufferExchange, type Offer } from '../exchange/buffer-exchange.js';
import { Readable, type Source } from '../readable.js';
import type { Channel } from '../waiting/channel.js';
import { type Hold, holdOf } from './hold.js';
import type { HolderSlot } from './holders.js';
import { type End, PipeBlock } from './pipe-block.js';

/** What crosses when a connection is sent. */
interface ConnectionState {
  readonly block: SharedBlock;
  readonly end: End;
  readonly sender: number;
  readonly slot: HolderSlot;
  readonly offers: readonly Offer[];
}

/** A connection that nobody in this thread can reach any more is closed. */
const unreachable = new FinalizationRegistry<Hold>((hold) => hold.close());

/**
 * One end of a pipe, made by `pipe()`: values that are sent at one end are received at the other, in their
 * order. A connection can be sent to other threads and processes. Several may have the same end: each
 * value is received by one of them.
 *
 * A thread that sends a connection away gives it up at the end of that turn of its event loop, until it uses
 * it again: so an end for several receivers must be sent to all of them without an `await` in between. While
 * nobody has an end, because all who had it have closed it, given it up or died, the other end throws
 * ConnectionClosedError instead of waiting. (A connection on its way to a process that dies before it arrives counts as gone after a
 * minute.)
 */
export class Connection<Sent = unknown, Received = Sent> extends Readable {
  readonly #pipe: PipeBlock;
  readonly #end: End;
  readonly #hold: Hold;
  readonly #incoming: Channel | undefined;
  readonly #outgoing: Channel | undefined;
  /** Aborted when this connection is closed. */
  readonly #closing: AbortController = new AbortController();

  /** Internal: use `pipe()`. */
  constructor(pipe: PipeBlock, end: End) {
    super();
    if (!(pipe instanceof PipeBlock)) {
      throw new TypeError('a Connection is made by pipe(): const [a, b] = pipe()');
    }
    this.#pipe = pipe;
    this.#end = end;
    this.#incoming = pipe.incoming(end);
    this.#outgoing = pipe.outgoing(end);
    this.#hold = holdOf(pipe, end);
    this.#hold.open();
    unreachable.register(this, this.#hold, this.#closing);
  }

  /**
   * Sends a value, waiting for room without blocking the thread. When it resolves, the value is on its way:
   * this thread or process may end.
   *
   * @throws ConnectionClosedError when the other end is gone or this connection was closed; TimeoutError
   * after `timeout` ms, or the signal's reason; NotCloneableError naming the path of what cannot be sent.
   */
  send(value: Sent, options?: WaitOptions): Promise<void> {
    try {
      const channel = this.#usable(this.#outgoing, sendText);
      return channel.put(this.#encode(value), options, this.#closing.signal, this);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The same, blocking the thread while there is no room. */
  sendSync(value: Sent, options?: SyncWaitOptions): void {
    this.#usable(this.#outgoing, sendText).putSync(this.#encode(value), options);
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
      return channel.take(options, (message) => this.#decode(message), this.#closing.signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The same, blocking the thread. */
  recvSync(options?: SyncWaitOptions): Received {
    const message = this.#usable(this.#incoming, receiveText).takeSync(options);
    return decodeSync(message, bufferExchange) as Received;
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
   * Closes this connection: pending and later operations throw ConnectionClosedError. When nobody else has
   * this end, the other end learns of it. Closing twice does nothing.
   */
  close(): void {
    if (this.closed) return;
    unreachable.unregister(this.#closing);
    this.#closing.abort(closedError());
    this.#hold.close();
  }

  /** Whether this connection was closed. */
  get closed(): boolean {
    return this.#closing.signal.aborted;
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

  protected override source(): Source {
    const channel = this.#usable(this.#incoming, receiveText);
    return { channel, closing: this.#closing.signal };
  }

  #encode(value: Sent): Outgoing {
    return encode(value, this.#pipe.block.scope, (buffers) => bufferExchange.share(buffers));
  }

  /** A method, so that who waits holds this connection: it must not be collected, and so closed, meanwhile. */
  #decode(message: Incoming): Received {
    return decode(message, bufferExchange) as Received;
  }

  #usable(channel: Channel | undefined, cannot: string): Channel {
    if (this.closed) throw closedError();
    if (!channel) throw new ManycoreError('MANYCORE_ONE_WAY', cannot);
    this.#hold.use();
    return channel;
  }

  static {
    registerHandle(this, {
      name: 'Connection',
      module: import.meta.url,
      scope: (connection) => connection.#pipe.block.scope,
      detach: (connection, to): ConnectionState => {
        if (connection.closed) throw closedError();
        const { block } = connection.#pipe;
        const offers = to === 'thread' ? bufferExchange.offers() : [];
        const slot = connection.#hold.send();
        return { block, end: connection.#end, sender: block.owners.self(), slot, offers };
      },
      attach: ({ block, end, sender, slot, offers }: ConnectionState) => {
        if (block.scope === 'threads') bufferExchange.open(offers);
        const pipe = new PipeBlock(block);
        const connection = new this(pipe, end);
        pipe.holders(end).arrived(slot, sender);
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
