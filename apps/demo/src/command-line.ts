import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Topic, topics } from './catalogue/section.js';
import { defaultScale } from './time/scale.js';

/** What the user asked for. */
export interface Request {
  /** Empty for all. */
  readonly numbers: readonly number[];
  /** Empty for all. */
  readonly topics: readonly Topic[];
  readonly list: boolean;
  readonly realTime: boolean;
  readonly repeat: number;
  /** Results as data on stdout, in place of the text. */
  readonly json: boolean;
  /** Where the page goes; false for none. */
  readonly report: string | false;
  /** Show the page in the browser. */
  readonly open: boolean;
  /** Where a trace goes, if one is wanted. */
  readonly trace: string | undefined;
}

interface Options {
  readonly only?: Topic[];
  readonly list: boolean;
  readonly realTime: boolean;
  readonly repeat: number;
  readonly json: boolean;
  readonly report: string | boolean;
  readonly open: boolean;
  readonly trace?: string;
}

const examples = `
Examples:
  npm start                              all examples, and the page
  npm start -- 23 26                     two of them
  npm start -- --only threads --open     those about threads, and the page in the browser
  npm start -- 23 --repeat 20            one of them twenty times
  npm start -- 42 --trace trace.json     a trace, for https://ui.perfetto.dev
  npm start --silent -- 23 --json        results as data`;

/**
 * Reads the arguments of the command line. Help, and a usage error (exit code 2), end the program.
 *
 * @param defaultReport Where the page goes when nothing else is said.
 */
export function readArguments(argv: readonly string[], defaultReport: string): Request {
  const command = new Command('npm start --')
    .description('Runs the examples, each in a process of its own, and checks what they print.')
    .argument('[number...]', 'run these examples only', parseNumber)
    .addOption(
      new Option('--only <topic>', 'run the examples about a topic; may be repeated')
        .choices(topics)
        .argParser<Topic[]>(parseTopic),
    )
    .option('--list', 'list the examples instead of running them', false)
    .option('--repeat <times>', 'run each example so often', parseTimes, 1)
    .option('--real-time', `sleep as long as the examples say, not ${defaultScale} of it`, false)
    .option('--json', 'print the results as data', false)
    .option('--report <file>', `write the page there (default: ${defaultReport})`, true)
    .option('--no-report', 'write no page')
    .option('--open', 'show the page in the browser', false)
    .option('--trace <file>', 'write what happened when, as a Chrome trace')
    .addHelpText('after', examples)
    .showHelpAfterError('(--help shows all options)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv, { from: 'user' });
  const { only = [], report, trace, ...rest } = command.opts<Options>();
  const [numbers = []] = command.processedArgs as [number[]?];
  if (rest.open && report === false) {
    command.error("error: option '--open' needs the page that '--no-report' leaves out");
  }
  if (rest.list && (rest.open || trace !== undefined || typeof report === 'string')) {
    command.error("error: option '--list' runs nothing, so there is no page and no trace");
  }
  return {
    ...rest,
    numbers,
    topics: only,
    report: report === true ? defaultReport : report === false ? false : fromCaller(report),
    trace: trace === undefined ? undefined : fromCaller(trace),
  };
}

/** A path as the user means it: npm runs scripts in the root of the repository. */
function fromCaller(path: string): string {
  if (path === '') throw new InvalidArgumentError('The name of a file is missing.');
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

function parseNumber(text: string, earlier: number[] = []): number[] {
  if (!/^\d{1,2}$/.test(text))
    throw new InvalidArgumentError('It is not the number of an example.');
  return [...earlier, Number(text)];
}

function parseTimes(text: string): number {
  const times = Number(text);
  if (!/^\d{1,5}$/.test(text) || times < 1)
    throw new InvalidArgumentError('It is not a number of times, 1 to 99999.');
  return times;
}

function parseTopic(text: string, earlier: Topic[] = []): Topic[] {
  const topic = topics.find((each) => each === text);
  if (!topic) throw new InvalidArgumentError(`Allowed choices are ${topics.join(', ')}.`);
  return [...earlier, topic];
}
