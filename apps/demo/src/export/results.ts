import { type Attempt, isSkip, ranOf, type Result, type Session, type Skip } from '../runner/result.js';

/** All results as data, for programs: what was printed, checked and recorded. */
export function resultsAsData(
  results: readonly (Result | Skip)[],
  session: Session,
  files: { readonly report: string | undefined; readonly trace: string | undefined },
): object {
  const ran = ranOf(results);
  const failed = ran.filter(({ passed }) => !passed).length;
  return {
    ...session,
    began: session.began.toISOString(),
    passed: ran.length - failed,
    failed,
    skipped: results.length - ran.length,
    notRun: session.planned - results.length,
    ...files,
    examples: results.map((result) => {
      const { number, name, example, section, topics } = result.entry;
      const about = { number, name, title: example.title, section: section.letter, topics };
      if (isSkip(result)) return { ...about, skipped: result.reason, runs: [] };
      return { ...about, passed: result.passed, runs: result.attempts.map(runData) };
    }),
  };
}

function runData({ outcome, verdict }: Attempt): object {
  return {
    passed: verdict.passed,
    duration: outcome.duration,
    exitCode: outcome.exitCode,
    signal: outcome.signal,
    output: verdict.output.pairs,
    errors: verdict.errors.pairs,
    checks: verdict.claims,
    problems: verdict.problems,
    facts: outcome.facts,
    recording: outcome.recording,
  };
}
