import type { Entry } from '../src/catalogue/catalogue.js';
import type { Match, Pair } from '../src/expectation/match.js';
import type { Recording } from '../src/recording/recording.js';
import { type Result, resultOf } from '../src/runner/result.js';

/** What `--json` prints, as far as tests look at it. */
export interface Data {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notRun: number;
  readonly report?: string;
  readonly trace?: string;
  readonly examples: readonly ExampleData[];
}

export interface ExampleData {
  readonly number: number;
  readonly name: string;
  /** Undefined for one that was skipped. */
  readonly passed?: boolean;
  /** Why it was. */
  readonly skipped?: string;
  readonly runs: readonly RunData[];
}

interface RunData {
  readonly passed: boolean;
  readonly duration: number;
  readonly output: readonly Pair[];
  readonly errors: readonly Pair[];
  readonly checks: readonly { readonly text: string; readonly holds: boolean }[];
  readonly problems: readonly string[];
  readonly recording: Recording;
}

/** The result that the data tell of, as it was in the program that printed them. */
export function resultFrom({ runs }: ExampleData, entry: Entry): Result {
  return resultOf(
    entry,
    runs.map(({ passed, duration, output, errors, checks, problems, recording }) => {
      const match = (pairs: readonly Pair[]): Match => ({
        matched: pairs.every(({ matched }) => matched),
        pairs,
        captured: new Map(),
      });
      return {
        outcome: {
          lines: output.flatMap(({ printed }) => printed ?? []),
          errorLines: [],
          lineTimes: [],
          facts: undefined,
          recording,
          pid: 0,
          exitCode: 0,
          signal: null,
          timedOut: false,
          leftProcesses: false,
          started: 0,
          duration,
        },
        verdict: {
          passed,
          output: match(output),
          errors: match(errors),
          claims: checks,
          problems,
        },
      };
    }),
  );
}
