import type { Parts } from '../encoding/parts.js';

/** What threads say to each other. `queue` is the identity of a queue, `key` names a message's parts. */
export type ExchangeMessage =
  /** Before the message is put, to all threads that have the queue. */
  | { readonly kind: 'offer'; readonly queue: string; readonly key: number; readonly parts: Parts }
  /** By a thread that finds the message next in the queue, and not its parts. */
  | { readonly kind: 'want'; readonly queue: string; readonly key: number; readonly sender: number }
  /** To those that want them. */
  | { readonly kind: 'answer'; readonly queue: string; readonly key: number; readonly parts: Parts }
  /** By the sender itself: it does not have them any more. */
  | { readonly kind: 'gone'; readonly queue: string; readonly key: number }
  /** The message was taken, or not put after all: the parts are needed no more. */
  | { readonly kind: 'taken'; readonly queue: string; readonly key: number }
  /** All that was in the queue was dropped. */
  | { readonly kind: 'dropped'; readonly queue: string }
  /** A handle to a queue has arrived. */
  | { readonly kind: 'arrived'; readonly token: number };

/** The message, if it is one: any thread of the process can post what it likes. */
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

export function isParts(value: unknown): value is Parts {
  return Array.isArray(value) && value.every((part) => typeof part === 'object' && part !== null);
}
