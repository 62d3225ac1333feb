import type { Entry } from '../catalogue/catalogue.js';
import { type Attempt, type Result, resultOf, type Skip } from './result.js';
import { runExample } from './run-example.js';
import { timeLimitOf } from './time-limit.js';
import { judge } from './verdict.js';

export interface CatalogueOptions {
  /** The length of a demo second in seconds. */
  readonly scale: number;
  /** How often each example is run. */
  readonly repeat: number;
  /** Kills what is running, and starts nothing more. */
  readonly signal: AbortSignal;
}

/** Told what is going on. */
export interface RunObserver {
  started(entry: Entry): void;
  /** How far the long work of an example is, from 0 to 1. */
  progressed(entry: Entry, progress: number): void;
  ended(entry: Entry): void;
}

/** How many examples that mostly sleep or start processes run at the same time. */
const mostAtOnce = 4;

/**
 * Runs the examples, and yields their results in the order of the catalogue, each as soon as it is there. One that
 * cannot run on this machine is skipped.
 * Examples that measure run alone; the others between them overlap. Ends early when aborted.
 */
export async function* runCatalogue(
  entries: readonly Entry[],
  options: CatalogueOptions,
  observer: RunObserver,
): AsyncGenerator<Result | Skip> {
  for (const batch of batchesOf(entries)) {
    for (const result of startAll(batch, (entry) => runEntry(entry, options, observer))) {
      const finished = await result;
      if (options.signal.aborted) return;
      yield finished;
    }
  }
}

/** Neighbours that may overlap are a batch; an example that must be alone is one by itself. */
export function batchesOf(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let open: Entry[] | undefined;
  for (const entry of entries) {
    if (entry.example.alone === true) {
      batches.push([entry]);
      open = undefined;
    } else if (open) {
      open.push(entry);
    } else {
      open = [entry];
      batches.push(open);
    }
  }
  return batches;
}

/** Starts the work for each entry in turn, a few at the same time. */
function startAll<T>(entries: readonly Entry[], work: (entry: Entry) => Promise<T>): Promise<T>[] {
  const started: Promise<T>[] = [];
  for (const [index, entry] of entries.entries()) {
    // A place is free when the one before the last few has ended, and so have those before it.
    const before = started.slice(0, Math.max(0, index - mostAtOnce + 1));
    started.push(Promise.all(before).then(() => work(entry)));
  }
  // One that fails is seen when its turn comes, not as unhandled before.
  for (const each of started) each.catch(() => undefined);
  return started;
}

async function runEntry(
  entry: Entry,
  { scale, repeat, signal }: CatalogueOptions,
  observer: RunObserver,
): Promise<Result | Skip> {
  const attempts: Attempt[] = [];
  observer.started(entry);
  const reason = entry.example.whyNot?.();
  if (reason !== undefined) {
    observer.ended(entry);
    return { entry, reason };
  }
  while (attempts.length < repeat && !(signal.aborted && attempts.length > 0)) {
    const outcome = await runExample(entry.file, {
      scale,
      timeLimit: timeLimitOf(entry.example, scale),
      signal,
      onProgress: (progress) => observer.progressed(entry, progress),
    });
    attempts.push({ outcome, verdict: judge(entry.example, outcome, scale) });
  }
  observer.ended(entry);
  return resultOf(entry, attempts);
}
