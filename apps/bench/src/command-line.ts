import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { type Program, programs } from './catalogue.js';
import { whyNotAgainst } from './harness/against.js';

/** What the user asked for. */
export interface Request {
  readonly programs: readonly Program[];
  readonly quick: boolean;
  readonly rounds: number | undefined;
  readonly onlyOurs: boolean;
  readonly json: string;
  /** Where the page goes; false for none. */
  readonly page: string | false;
  readonly against: string | undefined;
  /** Rewrite the tables of this document from what a run left, and run nothing. */
  readonly document: string | undefined;
}

interface Options {
  readonly quick: boolean;
  readonly rounds?: number;
  readonly peers: boolean;
  readonly json: string;
  readonly page: string | false;
  readonly against?: string;
  readonly document?: string;
}

/** Where the results, the page and the copy for another checkout go unless told. */
export const cacheFolder: string = fileURLToPath(
  new URL('../../../.cache/bench/', import.meta.url),
);

const help = `
Benchmarks:
${programs.map(({ name, description }) => `  ${name.padEnd(17)} ${description}`).join('\n')}

Examples:
  npm run bench                                   all of them
  npm run bench -- pool --quick                   those whose names begin so, in a minute
  npm run bench -- pool --against ../main         ours with the packages of another checkout beside it
  npm run bench -- --document docs/performance.md the last run's tables into a document`;

/** Reads the arguments of the command line. Help, and a usage error (exit code 2), end the program. */
export function readArguments(argv: readonly string[]): Request {
  const command = new Command('npm run bench --')
    .description('Measures speed beside what else there is, in one run, alternately.')
    .argument('[name...]', 'run the benchmarks whose names begin so', select)
    .option('--quick', 'smaller and fewer rounds: to see that all works, not how fast it is', false)
    .option('--rounds <n>', 'take so many figures of each contender', parseRounds)
    .option('--no-peers', 'only our own rows')
    .option('--json <file>', 'write the results there', fromCaller, `${cacheFolder}results.json`)
    .option('--page <file>', 'write the page there', fromCaller, `${cacheFolder}index.html`)
    .option('--no-page', 'write no page')
    .option('--against <checkout>', 'measure our rows also with the packages built there', fromCaller)
    .option('--document <file>', 'rewrite its tables from the results, and run nothing', fromCaller)
    .addHelpText('after', help)
    .showHelpAfterError('(--help shows all options)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv, { from: 'user' });
  const { peers, rounds, against, document, ...rest } = command.opts<Options>();
  const [chosen = []] = command.processedArgs as [Program[]?];
  if (document !== undefined && (chosen.length > 0 || against !== undefined || rest.quick)) {
    command.error("error: option '--document' runs nothing: it takes the results of an earlier run");
  }
  const problem = against === undefined ? undefined : whyNotAgainst(against);
  if (problem !== undefined) command.error(`error: option '--against': ${problem}`);
  return {
    ...rest,
    programs: chosen.length > 0 ? chosen : programs,
    rounds,
    onlyOurs: !peers,
    against,
    document,
  };
}

/** A path as the user means it: npm runs scripts in the root of the repository. */
function fromCaller(path: string): string {
  if (path === '') throw new InvalidArgumentError('The name of a file is missing.');
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

function select(prefix: string, earlier: readonly Program[] = []): Program[] {
  const those = programs.filter(({ name }) => name.startsWith(prefix));
  if (prefix === '' || those.length === 0) {
    throw new InvalidArgumentError(
      `No benchmark begins so; there are ${programs.map(({ name }) => name).join(', ')}.`,
    );
  }
  return programs.filter((program) => earlier.includes(program) || those.includes(program));
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (!/^\d{1,4}$/.test(text) || rounds < 1)
    throw new InvalidArgumentError('It is not a number of rounds, 1 to 9999.');
  return rounds;
}
