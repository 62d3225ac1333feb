import { linearRegression } from 'simple-statistics';
import type { Checkpoint } from './checkpoint.js';
import type { FigureName } from './figures.js';

/** What the checkpoints say of one figure. */
export interface Growth {
  readonly figure: FigureName;
  /** At the first and the last checkpoint that counts. */
  readonly first: number;
  readonly last: number;
  /** What the straight line of least squares through them gains from the first to the last. */
  readonly gain: number;
  /** How much it may gain. */
  readonly allowance: number;
  readonly verdict: 'steady' | 'grows' | 'too few checkpoints';
}

const megabyte = 1024 * 1024;

/** How much a figure may gain: once, and for each run between the first and the last checkpoint. */
interface Allowance {
  readonly once: number;
  readonly perRun?: number;
}

/**
 * What each thread that uses scope 'processes' leaves behind in koffi (3.1.0 to 3.3.4, the newest): three
 * mappings and its own data. A run has two such
 * threads at most, on average.
 */
const koffiPerRun = { mappings: 6, bytes: 100_000 };

/**
 * Memory varies with what was collected when; counts of things do not, but for what the operating system and
 * Node keep ready. A message that dies with its receiver leaves a segment open until there is pressure.
 */
const allowances: Readonly<Record<FigureName, Allowance>> = {
  rss: { once: 32 * megabyte, perRun: koffiPerRun.bytes },
  heapUsed: { once: 8 * megabyte },
  external: { once: 8 * megabyte },
  arrayBuffers: { once: 8 * megabyte },
  descriptors: { once: 2 },
  segments: { once: 20, perRun: 0.2 },
  // One for some fifty threads that are terminated while they start: a defect of Node's.
  sources: { once: 5, perRun: 0.1 },
  mappings: { once: 300, perRun: koffiPerRun.mappings },
  threads: { once: 1 },
  processes: { once: 0 },
  listeners: { once: 0 },
  names: { once: 0 },
};

/** The share of the checkpoints that does not count, because caches and pools still fill. */
const warmUp = 0.3;
const fewest = 4;

/**
 * A figure grows when its line gains more than it may, and each of the last third of its checkpoints lies
 * above each of the first third: one odd reading is not enough, and no wave is taken for a rise.
 */
export function judgeGrowth(checkpoints: readonly Checkpoint[]): Growth[] {
  const counted = checkpoints.slice(Math.ceil(checkpoints.length * warmUp));
  return (Object.keys(allowances) as FigureName[]).map((figure) => {
    const points = counted.map(({ at, figures }) => [at, figures[figure]] as [number, number]);
    const { once, perRun = 0 } = allowances[figure];
    const allowance = once + perRun * ((counted.at(-1)?.runs ?? 0) - (counted[0]?.runs ?? 0));
    const [first, last] = [points[0]?.[1] ?? 0, points.at(-1)?.[1] ?? 0];
    if (points.length < fewest) {
      return { figure, first, last, gain: 0, allowance, verdict: 'too few checkpoints' };
    }
    const gain = linearRegression(points).m * ((points.at(-1)?.[0] ?? 0) - (points[0]?.[0] ?? 0));
    const grows = gain > allowance && rises(points.map(([, value]) => value));
    return { figure, first, last, gain, allowance, verdict: grows ? 'grows' : 'steady' };
  });
}

function rises(values: readonly number[]): boolean {
  const third = Math.max(1, Math.floor(values.length / 3));
  return Math.min(...values.slice(-third)) > Math.max(...values.slice(0, third));
}
