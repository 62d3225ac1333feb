import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Sabotage } from './run/context.js';

/** What the user asked for. */
export interface Request {
  readonly minutes: number;
  readonly seed: number;
  readonly only: readonly string[];
  readonly lanes: number;
  /** Seconds between two checkpoints. */
  readonly checkpoint: number;
  /** Runs between two checkpoints, at most. */
  readonly checkpointRuns: number;
  /** Seconds after which a run counts as hanging. */
  readonly limit: number;
  /** Runs at most. */
  readonly runs: number;
  /** Violations after which the soak ends. */
  readonly failures: number;
  /** Where the report goes as JSON. */
  readonly json: string | undefined;
  /** Where the standard error of the soak and its descendants goes. */
  readonly log: string;
  readonly list: boolean;
  /** Print so many runs of the plan, and run nothing. */
  readonly plan: number | undefined;
  readonly sabotage: Sabotage | undefined;
}

/** As good as no limit, and also a number in JSON. */
const unlimited = 2 ** 31 - 1;

const sabotages: readonly Sabotage[] = ['lose-message', 'leak-descriptor', 'hang', 'leave-process'];

/** Reads the arguments of the command line. Help, and a usage error (exit code 2), end the program. */
export function readArguments(argv: readonly string[]): Request {
  const command = new Command('npm run soak --')
    .description('Does everything at random, against a reference, and watches what it leaves behind.')
    .option('--minutes <n>', 'how long it runs', positive, 1)
    .option('--seed <n>', 'repeats the choices of another run; random unless told', wholeNumber)
    .option('--only <name>', 'a scenario, or one run of it (queue#17); may be repeated', list)
    .option('--lanes <n>', 'scenarios at a time', count, 4)
    .option('--checkpoint <seconds>', 'between two checkpoints; a twentieth of the time unless told', positive)
    .option('--checkpoint-runs <n>', 'a checkpoint after so many runs, if that is sooner', count, unlimited)
    .option('--limit <seconds>', 'a run that takes longer hangs', positive, 120)
    .option('--runs <n>', 'ends after so many runs', count, unlimited)
    .option('--failures <n>', 'ends after so many violations', count, 5)
    .option('--json <file>', 'writes the report there too')
    .option('--log <file>', 'where all that is written to standard error goes')
    .option('--list', 'list the scenarios', false)
    .option('--plan <n>', 'print the first n runs of the plan, and run nothing', wholeNumber)
    .addOption(
      new Option('--sabotage <kind>', 'make a defect, to see that it is found').choices(sabotages),
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv, { from: 'user' });
  const options = command.opts<Partial<Request> & Pick<Request, 'minutes' | 'lanes'>>();
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  return {
    minutes: options.minutes,
    seed,
    only: options.only ?? [],
    lanes: options.lanes,
    checkpoint: options.checkpoint ?? Math.max(2, (options.minutes * 60) / 20),
    checkpointRuns: options.checkpointRuns ?? unlimited,
    limit: options.limit ?? 120,
    runs: options.runs ?? unlimited,
    failures: options.failures ?? 5,
    json: options.json,
    log: options.log ?? join(tmpdir(), `manycore-soak-${seed}-${process.pid}.log`),
    list: options.list ?? false,
    plan: options.plan,
    sabotage: options.sabotage,
  };
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number < Infinity)) throw new InvalidArgumentError('It must be above 0.');
  return number;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number >= 2 ** 31) {
    throw new InvalidArgumentError('It must be a whole number below 2 ** 31.');
  }
  return number;
}

function count(text: string): number {
  if (wholeNumber(text) === 0) throw new InvalidArgumentError('It must be above 0.');
  return Number(text);
}

function list(text: string, earlier: string[] = []): string[] {
  return [...earlier, text];
}
