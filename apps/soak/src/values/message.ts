import { isDeepStrictEqual } from 'node:util';
import { Random } from '../plan/random.js';
import { check } from '../run/violation.js';

/** What goes through queues and pipes: says by itself which party sent it, and whether it is whole. */
export interface Message {
  readonly producer: number;
  readonly sequence: number;
  readonly body: unknown;
}

/** The message with this number: a pure function of its arguments, so that a receiver can compare. */
export function messageOf(seed: number, producer: number, sequence: number, largest: number): Message {
  // Cheaper than a seed by hashing, and as good for this.
  const random = new Random((seed + producer * 7919 + sequence * 104_729) & 0x7fffffff);
  return { producer, sequence, body: bodyOf(random, largest) };
}

function bodyOf(random: Random, largest: number): unknown {
  const size = random.chance(0.02) ? random.int(0, largest) : random.int(0, Math.min(200, largest));
  switch (random.int(0, 5)) {
    case 0:
      return random.int(-1000, 1000);
    case 1:
      return 'ä'.repeat(size >> 1);
    case 2:
      return new Uint8Array(size).fill(random.int(0, 255));
    case 3:
      return Array.from({ length: size >> 4 }, () => random.int(0, 2 ** 30));
    case 4:
      return { colour: 'red', n: random.int(0, 9), nested: { list: [1, undefined, null], at: new Date(size) } };
    default:
      return new Map<string, unknown>([['k', 'x'.repeat(size)], ['set', new Set([1n, -0])]]);
  }
}

/** @throws Violation when the message is not what its sender sent. */
export function checkWhole(message: unknown, seed: number, largest: number): asserts message is Message {
  const { producer, sequence } = (message ?? {}) as Partial<Message>;
  check(
    typeof producer === 'number' && typeof sequence === 'number',
    () => `a message without a producer: ${String(message)}`,
  );
  check(
    isDeepStrictEqual(message, messageOf(seed, producer, sequence, largest)),
    () => `message ${sequence} of producer ${producer} is torn`,
  );
}
