import type { Result, Session } from '../runner/result.js';

/** All results as data, for programs: what was printed, checked and recorded. */
export function resultsAsData(
  results: readonly Result[],
  session: Session,
  files: { readonly report: string | undefined; readonly trace: string | undefined },
): object {
  const failed = results.filter(({ passed }) => !passed).length;
  return {
    ...session,
    began: session.began.toISOString(),
    passed: results.length - failed,
    failed,
    notRun: session.planned - results.length,
    ...files,
    examples: results.map(({ entry, attempts, passed }) => ({
      number: entry.number,
      name: entry.name,
      title: entry.example.title,
      section: entry.section.letter,
      topics: entry.topics,
      passed,
      runs: attempts.map(({ outcome, verdict }) => ({
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
      })),
    })),
  };
}
