import type { Example } from '../catalogue/example.js';

const usual = 60;

/** Milliseconds after which a run counts as hanging; sleeps that are longer get more. */
export function timeLimitOf(example: Example<unknown>, scale: number): number {
  return (example.timeLimit ?? usual) * 1000 * Math.max(1, 2 * scale);
}
