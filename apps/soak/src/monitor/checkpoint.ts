import { setTimeout as sleep } from 'node:timers/promises';
import { describeProcesses } from '@manycore/testing/processes';
import { descendants } from './descendants.js';
import { type FigureName, type Figures, readFigures } from './figures.js';

/** The figures at a moment at which no scenario runs. */
export interface Checkpoint {
  /** Seconds since the soak began. */
  readonly at: number;
  /** Runs that had ended. */
  readonly runs: number;
  readonly figures: Figures;
}

/** For how long what has ended may take to go, in milliseconds. */
const settling = 10_000;
/** Of so many readings each figure's lowest counts: what comes and goes is no growth. */
const readings = 5;

/**
 * Collects garbage, waits until all descendants are gone, and reads the figures.
 *
 * @throws Error naming the processes that stay.
 */
export async function settle(): Promise<Figures> {
  const deadline = performance.now() + settling;
  while (descendants().length > 0) {
    if (performance.now() > deadline) {
      throw new Error(`processes are left that no run needs:\n${describeProcesses(descendants())}`);
    }
    await sleep(50);
  }
  let lowest: Figures | undefined;
  for (let i = 0; i < readings; i += 1) {
    collectGarbage();
    // What a collection finds unreachable is let go of by callbacks, in later turns.
    await sleep(60);
    const figures = readFigures();
    lowest = lowest === undefined ? figures : lowestOf(lowest, figures);
  }
  return lowest ?? readFigures();
}

function lowestOf(one: Figures, other: Figures): Figures {
  const lowest = { ...one };
  for (const name of Object.keys(one) as FigureName[]) lowest[name] = Math.min(one[name], other[name]);
  return lowest;
}

function collectGarbage(): void {
  if (!globalThis.gc) throw new Error('start it by main.js, which gives Node --expose-gc');
  globalThis.gc();
}
