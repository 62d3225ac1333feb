import type { Destination } from '@manycore/core/internal';

import type { Parts } from '../encoding/parts.js';

/** What threads tell each other. `queue` is the identity of a queue, `key` names a message's parts. */
export type ExchangeMessage =
  /** Before the message is put, to all threads that have the queue. */
  | { readonly kind: 'offer'; readonly queue: string; readonly key: number; readonly parts: Parts }
  /** From a thread that finds the message next in the queue, and not its parts. */
  | { readonly kind: 'want'; readonly queue: string; readonly key: number; readonly sender: number }
  /** To those that want them. */
  | { readonly kind: 'answer'; readonly queue: string; readonly key: number; readonly parts: Parts }
  /** From the sender itself: it does not have them any more. */
  | { readonly kind: 'gone'; readonly queue: string; readonly key: number }
  /** The message was taken, or not put after all: the parts are no longer needed. */
  | { readonly kind: 'taken'; readonly queue: string; readonly key: number }
  /** All that was in the queue was dropped. */
  | { readonly kind: 'dropped'; readonly queue: string }
  /** A handle to a queue has arrived. */
  | { readonly kind: 'arrived'; readonly token: number };

/** The message, if it is one: any thread of the process can post anything. */
export function exchangeMessageOf(value: unknown): ExchangeMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, queue, key, sender, parts, token } = value as Record<string, unknown>;
  const named = typeof queue === 'string' && typeof key === 'number';
  switch (kind) {
    case 'offer':
    case 'answer':
      return named && isParts(parts) ? { kind, queue, key, parts } : undefined;
    case 'want':
      return named && typeof sender === 'number' ? { kind, queue, key, sender } : undefined;
    case 'gone':
    case 'taken':
      return named ? { kind, queue, key } : undefined;
    case 'dropped':
      return typeof queue === 'string' ? { kind, queue } : undefined;
    case 'arrived':
      return typeof token === 'number' ? { kind, token } : undefined;
    default:
      return undefined;
  }
}

function isParts(value: unknown): value is Parts {
  return Array.isArray(value) && value.every((part) => typeof part === 'object' && part !== null);
}

/** What a handle to a queue takes along to another thread. */
export interface Passage {
  /** The parts of the messages that are in the queue. */
  readonly offers: readonly (readonly [key: number, parts: Parts])[];
  /** Tells the sender that the handle has arrived. */
  readonly token: number;
}

/** What makes and receives passages: a queue's desk. */
export interface PassageDesk {
  depart(): Passage;
  arrive(passage: Passage): void;
}

/** For a handle that is sent; nothing goes along to another process. */
export function depart(desk: PassageDesk | undefined, to: Destination): Passage | undefined {
  return to === 'thread' ? desk?.depart() : undefined;
}

/** For a handle that has arrived, with whatever came along. */
export function arrive(desk: PassageDesk | undefined, passage: unknown): void {
  if (!desk || typeof passage !== 'object' || passage === null) return;
  const { offers, token } = passage as Record<string, unknown>;
  if (typeof token !== 'number' || !Array.isArray(offers)) return;
  const valid = offers.filter((offer: unknown): offer is [number, Parts] => {
    return Array.isArray(offer) && typeof offer[0] === 'number' && isParts(offer[1]);
  });
  desk.arrive({ offers: valid, token });
}
