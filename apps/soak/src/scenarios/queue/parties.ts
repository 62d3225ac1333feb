import { setTimeout as sleep } from 'node:timers/promises';
import type {
  JoinableQueue} from '@manycore/queue';
import {
  type LifoQueue,
  type PriorityQueue,
  type Queue,
  QueueClosedError,
} from '@manycore/queue';
import { dawdle, type Left, persist, persistSync } from '../../party/waiting.js';
import { Random } from '../../plan/random.js';
import { check } from '../../run/violation.js';
import { checkWhole, type Message, messageOf } from '../../values/message.js';
import { type Ledger, notePut, noteTaken } from './ledger.js';

export type AnyQueue =
  | { readonly kind: 'queue'; readonly queue: Queue<Message> }
  | { readonly kind: 'joinable'; readonly queue: JoinableQueue<Message> }
  | { readonly kind: 'lifo'; readonly queue: LifoQueue<Message> }
  | { readonly kind: 'priority'; readonly queue: PriorityQueue<Message> };

export interface Terms {
  readonly seed: number;
  /** The largest body of a message, in bytes. */
  readonly largest: number;
}

/** Messages up to this size fit into the queue of every scenario as a whole. */
export const passesWhole = 4096;

/** What a party has done. */
export interface Done extends Left {
  messages: number;
}

/** Priorities follow from the message, so that consumers can compare. */
export const priorityOf = ({ producer, sequence }: Message): number => (producer + sequence * 13) % 7;

/** Puts all messages of one producer, one after the other. */
export async function produce(
  any: AnyQueue,
  ledger: Ledger,
  terms: Terms,
  producer: number,
  slow: boolean,
): Promise<Done> {
  const random = new Random(terms.seed + producer);
  const done: Done = { messages: 0, timeouts: 0, aborts: 0 };
  for (let sequence = 0; sequence < ledger.count; sequence += 1) {
    const message = messageOf(terms.seed, producer, sequence, terms.largest);
    const value = any.kind === 'priority' ? ([priorityOf(message), message] as const) : message;
    // One call for all kinds: their values differ, and each gets its own.
    const queue = any.queue as Queue<unknown>;
    const way = random.int(0, 9);
    if (way < 6) await persist(random, done, (options) => queue.put(value, options));
    else if (way < 9) persistSync(random, done, (options) => queue.putSync(value, options));
    // `tryPut` refuses what passes only in pieces.
    else if (terms.largest > passesWhole || !queue.tryPut(value)) await queue.put(value);
    notePut(ledger, producer, sequence);
    done.messages += 1;
    if (slow) await dawdle(random, 0.05, 6);
  }
  return done;
}

/**
 * Takes messages until the queue is closed and empty, and checks each of them.
 *
 * @param neverBlocks the thread has other things to do.
 */
export async function consume(
  any: AnyQueue,
  ledger: Ledger,
  terms: Terms,
  consumer: number,
  slow: boolean,
  neverBlocks = false,
): Promise<Done> {
  const random = new Random(terms.seed + 100 + consumer);
  const done: Done = { messages: 0, timeouts: 0, aborts: 0 };
  const last = new Map<number, number>();
  const accept = (value: unknown): void => {
    const message: unknown = any.kind === 'priority' ? (value as readonly unknown[])[1] : value;
    checkWhole(message, terms.seed, terms.largest);
    const { producer, sequence } = message;
    const before = last.get(producer) ?? -1;
    if (any.kind === 'queue' || any.kind === 'joinable') {
      check(sequence > before, `message ${sequence} of producer ${producer} came after ${before}`);
    }
    last.set(producer, sequence);
    noteTaken(ledger, producer, sequence);
    Atomics.add(ledger.progress.view, consumer, 1);
    if (any.kind === 'joinable') any.queue.taskDone();
    done.messages += 1;
  };
  const queue = any.queue as Queue<unknown>;
  const way = random.int(neverBlocks ? 1 : 0, 3);
  // 0 blocks the thread; the others leave it free.
  if (way === 1) {
    for await (const value of queue) {
      accept(value);
      if (slow) await dawdle(random, 0.05, 6);
    }
    return done;
  }
  for (;;) {
    try {
      if (way === 2) accept(await persist(random, done, (options) => queue.get(options)));
      else if (way === 0) accept(persistSync(random, done, (options) => queue.getSync(options)));
      else {
        const value = queue.tryGet();
        if (value === undefined) await sleep(1);
        else accept(value);
      }
    } catch (error) {
      if (error instanceof QueueClosedError) return done;
      throw error;
    }
    if (slow) await dawdle(random, 0.05, 6);
  }
}
