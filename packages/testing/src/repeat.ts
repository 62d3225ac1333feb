export interface RepeatOptions {
  /** Rounds when the environment variable `REPEAT` is unset; 3 when absent. */
  readonly times?: number;
}

/** Rounds asked for with the environment variable `REPEAT`; `undefined` when it is unset. */
export const repeatRounds: number | undefined = readRounds(process.env['REPEAT']);

/**
 * Makes a test's body run several times, for tests of concurrency: a few times in every run, as
 * often as `REPEAT` says in the search for a race. The first round that fails ends the test, and
 * its error's message begins with the round.
 *
 * ```ts
 * test('two threads exclude each other', repeat(async () => { … }));
 * ```
 */
export function repeat(
  body: (round: number) => unknown,
  options: RepeatOptions = {},
): () => Promise<void> {
  return async () => {
    const rounds = repeatRounds ?? options.times ?? 3;
    for (let round = 1; round <= rounds; round += 1) {
      try {
        await body(round);
      } catch (error) {
        if (error instanceof Error) error.message = `round ${round} of ${rounds}: ${error.message}`;
        throw error;
      }
    }
  };
}

function readRounds(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`REPEAT must be a whole number above 0, not ${JSON.stringify(text)}`);
  }
  return rounds;
}
