import { allocate, Word } from '@manycore/memory';
import { portable } from '@manycore/testing';

/** Opens what this process keeps until it ends: a segment for blocks, and the inbox of its main thread. */
export async function startSharing(): Promise<void> {
  if (portable) return;
  const wait = new Word(allocate(4, 'processes'), 0).waitAsync(0, 1);
  if (wait !== 'not-equal') await wait.settled;
}
