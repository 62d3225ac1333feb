export {
  delayFactor,
  longDelay,
  mediumDelay,
  scaled,
  shortDelay,
  smallDelay,
} from './delays.js';
export { fuzz, fuzzInputs, fuzzTimeout } from './fuzz/fuzz.js';
export { mutated, mutatedBytes, randomBytes } from './fuzz/mutate.js';
export { Random } from './fuzz/random.js';
export { importNatively } from './import-natively.js';
export { collectGarbage } from './leaks/collect-garbage.js';
export {
  expectNoLeaks,
  type LeakOptions,
  nothingLeftSince,
  startLazyParts,
} from './leaks/expect-no-leaks.js';
export { type LeakKind, leaksBetween, type Snapshot, takeSnapshot } from './leaks/snapshot.js';
export { portable } from './portable.js';
export type { ProcessEntry } from './proc/process-table.js';
export { type Outcome, ProgramError } from './program/outcome.js';
export { Program, type ProgramOptions, runProgram } from './program/program.js';
export { repeat, type RepeatOptions, repeatRounds } from './repeat.js';
export { until, type UntilOptions } from './until.js';
export { allowWarnings, expectNoWarnings } from './warnings.js';
