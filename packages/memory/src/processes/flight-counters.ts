import { nativeBackend } from '../platform/native.js';

/*
 * Two words in a segment say how often it was sent and how often it was received, modulo 2 ** 32. While
 * fewer were received than sent, a message that holds the segment is in flight: in a channel, or in a
 * queue. A receiver counts after it has the segment open itself, so at every instant a process has it.
 *
 * A message that is lost with its receiver leaves the counts unequal, which keeps the segment open until
 * there is pressure. A message that is received twice makes them equal too early, which ends the life of
 * another one in flight: so a message that is sent again must be packed again.
 */
const [sentWord, receivedWord] = [0, 1] as const;

/** The bytes that the counters take. */
const flightCounterBytes = 8;

/** The counters of a segment that is mapped. */
export class FlightCounters {
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer | ArrayBuffer, at: number) {
    this.#words = new Int32Array(buffer, at, flightCounterBytes / 4);
  }

  /** A message that holds the segment is about to be sent. */
  sent(): void {
    Atomics.add(this.#words, sentWord, 1);
  }

  /** A message that held the segment has arrived. */
  received(): void {
    Atomics.add(this.#words, receivedWord, 1);
  }

  /** All receivers have exited: messages that have not arrived never will. */
  lost(): void {
    Atomics.store(this.#words, receivedWord, Atomics.load(this.#words, sentWord));
  }
}

const words = new Int32Array(2);
const bytes = new Uint8Array(words.buffer);

/** Whether a segment is in flight, read by its descriptor: this process need not have it mapped. */
export function inFlight(descriptor: number, at: number): boolean {
  nativeBackend().readSegment(descriptor, bytes, at);
  const [sent = 0, received = 0] = words;
  return ((sent - received) | 0) > 0;
}
