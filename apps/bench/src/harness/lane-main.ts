// The process in which one contender of a program lives: it prepares, and does a round when it is told.
import { Absent, type Closing, type Comparisons, type Run } from './comparison.js';
import type { LaneAnswer, LaneArguments, LaneRequest } from './lane-messages.js';

const { module, quick } = JSON.parse(process.argv[2] ?? '') as LaneArguments;
const { comparisons } = (await import(new URL(`../${module}.js`, import.meta.url).href)) as {
  comparisons: Comparisons;
};
const all = comparisons({ quick });

const afterComparison: (() => unknown)[] = [];
const afterProgram: (() => unknown)[] = [];
const closing: Closing = {
  afterComparison: (close) => void afterComparison.push(close),
  afterProgram: (close) => void afterProgram.push(close),
};
let run: Run = () => NaN;

async function closeAll(closers: (() => unknown)[]): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

async function carryOut(request: LaneRequest): Promise<LaneAnswer> {
  switch (request.ask) {
    case 'prepare': {
      const comparison = all.find(({ id }) => id === request.comparison);
      const contender = comparison?.contenders.find(({ name }) => name === request.contender);
      if (!contender) throw new Error(`no ${request.contender} in ${request.comparison}`);
      run = await contender.prepare(closing);
      return {};
    }
    case 'measure': {
      const start = performance.now();
      const own = await run();
      return { figure: typeof own === 'number' ? own : performance.now() - start };
    }
    case 'close':
      await closeAll(afterComparison);
      return {};
    case 'end':
      await closeAll(afterComparison);
      await closeAll(afterProgram);
      return {};
  }
}

process.on('message', (request: LaneRequest) => {
  const answer = (what: LaneAnswer): void => {
    process.send?.(what, () => {
      if (request.ask === 'end') process.exit();
    });
  };
  carryOut(request).then(answer, (error: unknown) => {
    if (error instanceof Absent) answer({ absent: error.message });
    else answer({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
});

// The run is gone: so goes the lane, and all that it has started, which is in its process group.
process.on('disconnect', () => process.kill(0, 'SIGKILL'));
process.send?.({});
