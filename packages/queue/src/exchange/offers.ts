import type { Owners } from '@manycore/memory';

import type { Parts, PartsDesk, PartsOffer } from '../encoding/parts.js';
import { SharedMemoryBusyError, SharedMemoryLostError } from '../errors.js';
import type { ExchangeMessage, Passage, PassageDesk } from './messages.js';

/** How long parts are waited for, in milliseconds, before a `get` says that they do not come. */
const patience = 10_000;
/** How often they are asked for meanwhile: a thread that has them may have been blocked. */
const askAgain = 1000;

/** Parts that this thread has for a message. */
interface Entry {
  readonly parts: Parts;
  /** Queues of which the message holds a handle: their parts must outlive the passage. */
  readonly carried: readonly object[];
  /** Since when the message has not been in the queue; undefined while it is there. */
  absentSince: number | undefined;
}

/** The parts of the message that is next in the queue and cannot be taken without. */
interface Missing {
  readonly key: number;
  readonly since: number;
  askedAt: number;
  /** Whether the sender has said that it does not have them. */
  gone: boolean;
}

/** What a queue's offers need of the exchange. */
export interface ExchangePost {
  post(message: ExchangeMessage): void;
  /** Handles what has arrived from other threads. */
  drain(): void;
  /** Remembers that this thread sends by this owner id. */
  sendsAs(sender: number): void;
  /** Encodes a message, and remembers the queues whose handles it takes along. */
  encoding<T>(encode: () => T): T;
  /** Those of the message that is being encoded. */
  readonly carried: readonly object[];
  /** Keeps offers until their handle has arrived elsewhere; the token of that. */
  pin(offers: object): number;
}

/** What a queue's offers need of the queue. */
export interface OffersStore {
  /** The keys of all messages with parts that are in the queue; undefined: not now. */
  partsKeys(): ReadonlySet<number> | undefined;
  /** Wakes all threads that sleep until parts come. */
  wakeParts(): void;
}

/**
 * The parts that this thread knows of for the messages in one queue. It lives as long as this thread has a
 * handle to the queue: so what can no longer be taken is freed with the queue.
 */
export class Offers implements PartsDesk, PassageDesk {
  readonly #exchange: ExchangePost;
  readonly #queue: string;
  readonly #owners: Owners;
  readonly #entries = new Map<number, Entry>();
  #missing: Missing | undefined;
  /** The queue's memory, set by the store that reads it. */
  store: OffersStore | undefined;

  constructor(exchange: ExchangePost, queue: string, owners: Owners) {
    this.#exchange = exchange;
    this.#queue = queue;
    this.#owners = owners;
  }

  get empty(): boolean {
    return this.#entries.size === 0;
  }

  encoding<T>(encode: () => T): T {
    return this.#exchange.encoding(encode);
  }

  offer(parts: Parts): PartsOffer {
    const key = Math.random();
    const sender = this.#owners.self();
    const queue = this.#queue;
    const { carried } = this.#exchange;
    this.#exchange.sendsAs(sender);
    return {
      key,
      sender,
      make: () => {
        this.#entries.set(key, { parts, carried, absentSince: undefined });
        this.#exchange.post({ kind: 'offer', queue, key, parts });
      },
      withdraw: () => {
        if (this.#entries.delete(key)) this.#exchange.post({ kind: 'taken', queue, key });
      },
    };
  }

  ready(key: number, sender: number, taking: boolean): boolean {
    this.#exchange.drain();
    if (this.#entries.has(key)) return true;
    const missing = this.#missingOf(key);
    const now = performance.now();
    if (now - missing.askedAt >= askAgain) {
      missing.askedAt = now;
      this.#exchange.post({ kind: 'want', queue: this.#queue, key, sender });
      // A thread does not answer itself.
      if (sender === this.#owners.self()) missing.gone = true;
    }
    if (now - missing.since < patience) return false;
    // Lost: the message is taken, and `claim` says so. Others may have the parts, but did not answer.
    if (missing.gone || !this.#owners.alive(sender)) return true;
    if (taking) {
      this.#missing = undefined;
      throw new SharedMemoryBusyError();
    }
    return true;
  }

  claim(key: number): Parts {
    const entry = this.#entries.get(key);
    if (this.#missing?.key === key) this.#missing = undefined;
    if (!entry) throw new SharedMemoryLostError();
    this.#entries.delete(key);
    this.#exchange.post({ kind: 'taken', queue: this.#queue, key });
    return entry.parts;
  }

  depart(): Passage {
    this.#exchange.drain();
    const offers = [...this.#entries].map(([key, { parts }]) => [key, parts] as const);
    return { offers, token: this.#exchange.pin(this) };
  }

  arrive({ offers, token }: Passage): void {
    for (const [key, parts] of offers) this.#add(key, parts);
    this.#exchange.post({ kind: 'arrived', token });
  }

  /** Everything that is in the queue was dropped; tells the others. */
  drop(): void {
    this.#entries.clear();
    this.#exchange.post({ kind: 'dropped', queue: this.#queue });
  }

  onMessage(message: ExchangeMessage): void {
    switch (message.kind) {
      case 'offer':
        this.#add(message.key, message.parts);
        break;
      case 'want':
        this.#answer(message.key);
        break;
      case 'answer':
        // Not to be kept unless they are wanted: their message may have been taken meanwhile.
        if (this.#missing?.key === message.key) this.#add(message.key, message.parts);
        break;
      case 'gone':
        if (this.#missing?.key === message.key) this.#missing.gone = true;
        break;
      case 'taken':
        this.#entries.delete(message.key);
        break;
      case 'dropped':
        this.#entries.clear();
        break;
      case 'arrived':
        break;
    }
  }

  has(key: number): boolean {
    return this.#entries.has(key);
  }

  /** Drops the parts whose messages have not been in the queue for `grace` milliseconds. */
  sweep(grace: number): void {
    if (this.empty) return;
    const present = this.store?.partsKeys();
    if (!present) return;
    const now = performance.now();
    for (const [key, entry] of this.#entries) {
      if (present.has(key)) entry.absentSince = undefined;
      else if (entry.absentSince === undefined) entry.absentSince = now;
      else if (now - entry.absentSince >= grace) this.#entries.delete(key);
    }
  }

  #add(key: number, parts: Parts): void {
    if (!this.#entries.has(key)) {
      this.#entries.set(key, { parts, carried: [], absentSince: undefined });
    }
  }

  #answer(key: number): void {
    const parts = this.#entries.get(key)?.parts;
    if (!parts) return;
    this.#exchange.post({ kind: 'answer', queue: this.#queue, key, parts });
    this.store?.wakeParts();
  }

  #missingOf(key: number): Missing {
    if (this.#missing?.key === key) return this.#missing;
    const now = performance.now();
    return (this.#missing = { key, since: now, askedAt: -Infinity, gone: false });
  }
}
