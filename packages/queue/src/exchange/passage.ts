import type { Destination } from '@manycore/core/internal';

import type { Parts } from '../encoding/parts.js';
import { isParts } from './exchange-message.js';

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
