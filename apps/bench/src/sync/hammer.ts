// What the parties of the lock benchmarks run.
import type { SharedBlock } from '@manycore/memory';
import type { Barrier, Lock } from '@manycore/sync';

/** How long each party hammers, in milliseconds. */
export const hammerTime = 200;

/** Acquires and releases for a while, all parties from the same moment on; how many times. */
export function hammer(lock: Lock, start: Barrier): number {
  start.waitSync();
  const end = performance.now() + hammerTime;
  let times = 0;
  while (performance.now() < end) {
    for (let i = 0; i < 256; i += 1) {
      lock.acquireSync();
      lock.release();
    }
    times += 256;
  }
  return times;
}

/** The same without blocking. */
export async function hammerAsync(lock: Lock, start: Barrier): Promise<number> {
  await start.wait();
  const end = performance.now() + hammerTime;
  let times = 0;
  while (performance.now() < end) {
    for (let i = 0; i < 256; i += 1) {
      await lock.acquire();
      lock.release();
    }
    times += 256;
  }
  return times;
}

/** Where a party notes when it releases: nanoseconds of the system's clock, which all parties share. */
export function clock(block: SharedBlock): BigInt64Array {
  return new BigInt64Array(block.words.buffer, block.words.byteOffset, 2);
}

/** Answers each release of `ping` with a release of `pong`, until the second number is 1. */
export function takeTurns(ping: Lock, pong: Lock, block: SharedBlock): void {
  const numbers = clock(block);
  for (;;) {
    ping.acquireSync();
    if (numbers[1] === 1n) return;
    numbers[0] = process.hrtime.bigint();
    pong.release();
  }
}
