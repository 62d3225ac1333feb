// What the workers of all pools run. Each function stands by itself: some pools send its source text.

/** A small object, as it is sent. */
export interface Order {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  readonly amount: number;
}

/** A small object, as it comes back. */
export interface Bill {
  readonly id: number;
  readonly total: number;
  readonly paid: boolean;
}

export function square(n: number): number {
  return n * n;
}

export function bill(order: Order): Bill {
  return { id: order.id, total: order.price * order.amount, paid: false };
}

/** Writes one byte and gives all of them back. */
export function touch(bytes: Uint8Array): Uint8Array {
  bytes[0] = ((bytes[0] ?? 0) + 1) % 256;
  return bytes;
}

/** Keeps a thread busy for so many milliseconds. */
export function spin(milliseconds: number): number {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  return milliseconds;
}

/** Arithmetic, about a microsecond for each unit: as much work on every thread, however busy the machine is. */
export function churn(units: number): number {
  let state = 1;
  const end = units * 500;
  for (let i = 0; i < end; i += 1) state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return state;
}

/** One task for many numbers: how chunks are made by hand. */
export function squareAll(numbers: readonly number[]): number[] {
  return numbers.map((n) => n * n);
}
