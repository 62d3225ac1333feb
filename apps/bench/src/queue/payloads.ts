/** What is sent, and how often in one round. */
export interface Payload {
  readonly id: string;
  readonly name: '64 B' | '1 KB' | '1 MB';
  readonly value: unknown;
  readonly times: number;
  /** The queue's, in bytes, where not the default: large values are best sent in one piece. */
  readonly capacity?: number;
}

const record = (id: number): object => ({ id, name: `number ${id}`, ok: true, price: id * 1.5 });

/** Objects of about 64 and 1024 bytes (as JSON), and binary data. */
export const payloads: readonly Payload[] = [
  { id: 'objects-64', name: '64 B', value: record(12345), times: 40_000 },
  {
    id: 'objects-1k',
    name: '1 KB',
    value: { id: 1, items: Array.from({ length: 18 }, (_, i) => record(i)), kind: 'order' },
    times: 10_000,
  },
  {
    id: 'bytes-1m',
    name: '1 MB',
    value: new Uint8Array(1024 * 1024).fill(7),
    times: 100,
    capacity: 8 * 1024 * 1024,
  },
];

/** Messages a second, for so many since `start`. */
export function rate(times: number, start: number): number {
  return times / ((performance.now() - start) / 1000);
}
