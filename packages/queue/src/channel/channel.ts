import type { SyncWaitOptions, WaitOptions } from '@manycore/core';
import { hasCode, sharedState, signalOf, timeoutOf } from '@manycore/core/internal';
import type { SharedBlock } from '@manycore/memory';
import {
  PreparedWait,
  Spin,
  WaiterQueue,
  type WaitingOptions,
  waitSync,
} from '@manycore/memory/internal';

import type { Incoming } from '../encoding/incoming.js';
import type { Outgoing } from '../encoding/outgoing.js';
import { bufferExchange } from '../exchange/buffer-exchange.js';
import { afterTurn } from '../platform/node.js';
import { closed, done, type Store } from '../store.js';
import { WeakValues } from '../weak-values.js';
import { type ErrorMessages, PutOperation, ReadyOperation, TakeOperation } from './operations.js';

/** How long a mutex that is held for a moment is slept on, in milliseconds, before its owner is looked for. */
const moment = 20;

/** How long such a mutex is waited for at most, in milliseconds, where nothing else is waited for. */
const briefLimit = 1000;

/** Internal: nothing can be done without waiting. */
const wouldWait = -2;

const finished = Promise.resolve();

/** What is kept in use while an operation waits. */
export type Use = NonNullable<WaitingOptions['use']>;

/**
 * This thread's way to a store of messages: waiting for it, blocking or not, in the order of the calls.
 * There is one per thread and store, whichever handle the calls come by.
 */
export class Channel {
  readonly store: Store;
  readonly block: SharedBlock;
  readonly #messages: ErrorMessages;
  readonly #puts: WaiterQueue;
  readonly #takes: WaiterQueue;
  readonly #spinPut: SpinOn;
  readonly #spinTake: SpinOn;

  constructor(store: Store, block: SharedBlock, messages: ErrorMessages) {
    this.store = store;
    this.block = block;
    this.#messages = messages;
    this.#spinPut = spinOver(store);
    this.#spinTake = spinOver(store);
    this.#puts = waitersOf(store, this.#spinPut);
    this.#takes = waitersOf(store, this.#spinTake);
    this.#puts.others = [this.#takes];
    this.#takes.others = [this.#puts];
  }

  /** The operations of this thread that wait at both sides. */
  get waiters(): readonly WaiterQueue[] {
    return [this.#puts, this.#takes];
  }

  /**
   * Resolves when the message is in the store; rejects with TimeoutError, … and with the reason of `closing`.
   * `use` is told, and not collected, while it waits.
   */
  send(
    message: Outgoing,
    options: WaitOptions | undefined,
    closing?: AbortSignal,
    use?: Use,
  ): Promise<void> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    const { producer } = this.store;
    producer.check(message);
    if (this.#puts.empty && signal?.aborted !== true) {
      if (this.#tryPush(message) === done) return coopBudget.spend() ?? finished;
      message.keep();
    }
    const operation = new PutOperation(producer, this.#messages, message, timeout);
    return this.#puts.wait(operation, waitingOptions(signal, closing, use));
  }

  sendSync(message: Outgoing, options: SyncWaitOptions | undefined): void {
    const timeout = timeoutOf(options);
    const { producer } = this.store;
    producer.check(message);
    // A wait that is over while it spins needs no operation.
    if (this.#puts.empty && follow(() => this.#tryPush(message), this.#spinPut) === done) return;
    this.#puts.waitSync(new PutOperation(producer, this.#messages, message, timeout));
  }

  /** Whether the message was put. A message that does not fit whole is refused by a RangeError. */
  trySend(message: Outgoing): boolean {
    const { producer } = this.store;
    producer.check(message);
    if (!producer.fitsWhole(message)) {
      throw new RangeError(
        `a value of ${message.byteLength} bytes is too large to be put without waiting: ` +
          'use put or putSync, or give the queue a capacity of four times that',
      );
    }
    this.#puts.poll();
    // Operations that wait go first.
    if (!this.#puts.empty) return false;
    const outcome = this.#tryBriefly(() => this.#tryPush(message));
    if (outcome !== done) message.withdraw();
    if (outcome === closed) throw this.#messages.putWhenClosed();
    return outcome === done;
  }

  /** The next message, made a value by `decode`. */
  receive<T>(
    options: WaitOptions | undefined,
    decode: (message: Incoming) => T | PromiseLike<T>,
    closing?: AbortSignal,
    use?: Use,
  ): Promise<T> {
    const timeout = timeoutOf(options);
    const signal = signalOf(options);
    const now = signal?.aborted === true ? undefined : this.receiveNow(decode);
    if (now) return now;
    const operation = new TakeOperation(this.store.consumer, this.#messages, timeout, decode);
    return this.#takes.wait(operation, waitingOptions(signal, closing, use));
  }

  /** The same if there is a message already; else undefined. */
  receiveNow<T>(decode: (message: Incoming) => T | PromiseLike<T>): Promise<T> | undefined {
    const { consumer } = this.store;
    if (!this.#takes.empty || consumer.tryPop() !== done) return undefined;
    const message = consumer.message();
    const turn = coopBudget.spend();
    return turn ? turn.then(() => decode(message)) : Promise.resolve(decode(message));
  }

  receiveSync(options: SyncWaitOptions | undefined): Incoming {
    const timeout = timeoutOf(options);
    const { consumer } = this.store;
    if (this.#takes.empty && follow(() => consumer.tryPop(), this.#spinTake) === done) return consumer.message();
    return this.#receiveWithin(timeout);
  }

  /** The next message if there is one; one that has begun to come in is waited for. */
  tryReceive(): Incoming | undefined {
    this.#takes.poll();
    if (!this.#takes.empty) return undefined;
    const { consumer } = this.store;
    const outcome = this.#tryBriefly(() => consumer.tryPop());
    if (outcome === done) return consumer.message();
    if (outcome === closed) throw this.#messages.takeWhenClosed();
    if (consumer.received < 0) return undefined;
    try {
      return this.#receiveWithin(0);
    } catch (error) {
      // Its producer does not go on; the message was given back.
      if (hasCode(error, 'MANYCORE_TIMEOUT')) return undefined;
      throw error;
    }
  }

  /** Whether there is a message at this moment, or will never be one. */
  isReady(): boolean {
    return this.#tryBriefly(() => this.store.consumer.peek()) !== wouldWait;
  }

  /** Resolves when there is a message, or will never be one. */
  ready(options: WaitOptions | undefined, closing?: AbortSignal): Promise<void> {
    const operation = new ReadyOperation(this.store.consumer, this.#messages, timeoutOf(options));
    return this.#takes.wait(operation, waitingOptions(signalOf(options), closing));
  }

  /** Whether that, or `closing`, comes about in time. Rejects with the signal's reason. */
  async isReadyWithin(options: WaitOptions, closing: AbortSignal): Promise<boolean> {
    signalOf(options)?.throwIfAborted();
    if (this.isReady()) return true;
    try {
      await this.ready(options, closing);
      return true;
    } catch (error) {
      if (closing.aborted) return true;
      if (hasCode(error, 'MANYCORE_TIMEOUT')) return false;
      throw error;
    }
  }

  isReadyWithinSync(options: SyncWaitOptions): boolean {
    const timeout = timeoutOf(options);
    if (this.isReady()) return true;
    try {
      this.#takes.waitSync(new ReadyOperation(this.store.consumer, this.#messages, timeout));
      return true;
    } catch (error) {
      if (hasCode(error, 'MANYCORE_TIMEOUT')) return false;
      throw error;
    }
  }

  #receiveWithin(timeout: number): Incoming {
    const itself = (message: Incoming): Incoming => message;
    return this.#takes.waitSync(new TakeOperation(this.store.consumer, this.#messages, timeout, itself));
  }

  #tryPush(message: Outgoing): number {
    try {
      return this.store.producer.tryPush(message);
    } catch (error) {
      message.withdraw();
      throw error;
    }
  }

  /** Tries once; waits only for a mutex that is held for a moment. */
  #tryBriefly(tryOnce: () => number): number {
    const { store } = this;
    const outcome = tryOnce();
    if (outcome <= 0) return outcome;
    if (!store.isBrief(outcome)) return wouldWait;
    const wait = new PreparedWait(
      store,
      () => {
        const next = tryOnce();
        return next > 0 && !store.isBrief(next) ? wouldWait : next;
      },
      moment,
    );
    // Its owner was stopped, for example: nothing can be done now.
    return waitSync(wait, store.words, briefLimit) ? wait.outcome : wouldWait;
  }
}

/** Looks for a while whether to try again what a word stands in the way of. */
type SpinOn = (word: number) => boolean;

function spinOver(store: Store): SpinOn {
  const spin = new Spin();
  const { words } = store.words;
  return (word) => spin.on(words, store.watched(word));
}

/** Tries for as long as it pays to spin: what the last try came to. */
function follow(tryOnce: () => number, spin: SpinOn): number {
  for (;;) {
    const outcome = tryOnce();
    if (outcome <= 0 || !spin(outcome)) return outcome;
  }
}

/** The operations that wait at one side of a store. */
function waitersOf(store: Store, spin: SpinOn): WaiterQueue {
  return new WaiterQueue(store, store.words, {
    spin,
    // Another thread may need the parts that this one has, to put what is waited for here.
    afterSlice: () => bufferExchange.drain(),
  });
}

function waitingOptions(
  signal: AbortSignal | undefined,
  closing: AbortSignal | undefined,
  use?: Use,
): WaitingOptions {
  const signals = [signal, closing];
  return use ? { signals, use } : { signals };
}

/** By identity. Shared by all copies of this package in a thread, as the thread is one owner of locks. */
const channels = sharedState('queue.channels', () => new WeakValues<Channel>());

/** This thread's channel to the store of an identity; `make` makes it if there is none yet. */
export function channelOf(identity: string, make: () => Channel): Channel {
  return channels.getOrMake(identity, make);
}

/** How many operations in a row are done before the event loop gets a turn. */
const operations = 1000;

/**
 * Operations that need not wait are done at once. A loop of them would never let timers and I/O of its thread
 * run, because promises alone do not return to the event loop: so every thousandth one waits for a turn of it.
 * (tokio's cooperative budget.)
 */
class CoopBudget {
  #left = operations;
  #refill: Promise<void> | undefined;

  /** Undefined, mostly: go on. Else what to wait for first. */
  spend(): Promise<void> | undefined {
    this.#left -= 1;
    if (this.#left > 0) return undefined;
    this.#refill ??= afterTurn().then(() => {
      this.#left = operations;
      this.#refill = undefined;
    });
    return this.#refill;
  }
}

const coopBudget: CoopBudget = new CoopBudget();
