import type { Example, Run } from '../catalogue/example.js';
import type { Claim } from '../expectation/claim.js';
import { type Match, matchLines } from '../expectation/match.js';
import type { Outcome } from './run-example.js';

/** An outcome, compared with what the example expects. */
export interface Verdict {
  readonly passed: boolean;
  readonly output: Match;
  readonly errors: Match;
  /** Empty when the output was not as expected: there is nothing to ask then. */
  readonly claims: readonly Claim[];
  /** Why it failed, beyond lines and claims. */
  readonly problems: readonly string[];
}

/** Compares the outcome with the example's expectation; `scale` is that of the run. */
export function judge(example: Example<unknown>, outcome: Outcome, scale: number): Verdict {
  const { expected, expectedErrors = [], check } = example;
  const lines = typeof expected === 'function' ? expected(scale) : expected;
  const output = matchLines(lines, outcome.lines);
  const errors = matchLines(expectedErrors, outcome.errorLines);
  const problems = problemsOf(outcome);
  const asExpected = output.matched && errors.matched && problems.length === 0;
  const claims: Claim[] = [];
  try {
    if (asExpected && check) claims.push(...check(runOf(outcome, output, scale)));
  } catch (error) {
    problems.push(`could not be checked: ${String(error)}`);
  }
  const passed = asExpected && problems.length === 0 && claims.every(({ holds }) => holds);
  return { passed, output, errors, claims, problems };
}

function problemsOf(outcome: Outcome): string[] {
  const { exitCode, signal, timedOut, leftProcesses, duration } = outcome;
  if (timedOut) return [`still running after ${(duration / 1000).toFixed(0)} s: killed`];
  const problems: string[] = [];
  if (signal !== null) problems.push(`ended by ${signal}`);
  if (exitCode !== null && exitCode !== 0) problems.push(`exit code ${exitCode}`);
  if (leftProcesses) problems.push('left processes behind');
  return problems;
}

function runOf(
  { facts, recording }: Outcome,
  output: Match,
  scale: number,
): Run<unknown> {
  const values = (name: string): readonly string[] => output.captured.get(name) ?? [];
  return {
    facts,
    recording,
    scale,
    values,
    value(name) {
      const [first, ...others] = values(name);
      if (first === undefined || others.length > 0) {
        throw new Error(`${others.length + 1} placeholders {${name}} were filled, not one`);
      }
      return first;
    },
  };
}
