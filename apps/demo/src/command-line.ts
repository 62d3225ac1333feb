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
}

/** Reads the arguments of the command line. Help, and a usage error (exit code 2), end the program. */
export function readArguments(argv: readonly string[]): Request {
  const command = new Command('npm start --')
    .description('Runs the examples, each in a process of its own, and checks what they print.')
    .argument('[number...]', 'run these examples only', parseNumber)
    .addOption(
      new Option('--only <topic>', 'run the examples about a topic; may be repeated')
        .choices(topics)
        .argParser<Topic[]>(parseTopic),
    )
    .option('--list', 'list the examples instead of running them', false)
    .option('--real-time', `sleep as long as the examples say, not ${defaultScale} of it`, false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv, { from: 'user' });
  const options = command.opts<{ only?: Topic[]; list: boolean; realTime: boolean }>();
  const [numbers = []] = command.processedArgs as [number[]?];
  return { numbers, topics: options.only ?? [], list: options.list, realTime: options.realTime };
}

function parseNumber(text: string, earlier: number[] = []): number[] {
  if (!/^\d{1,2}$/.test(text))
    throw new InvalidArgumentError('It is not the number of an example.');
  return [...earlier, Number(text)];
}

function parseTopic(text: string, earlier: Topic[] = []): Topic[] {
  const topic = topics.find((each) => each === text);
  if (!topic) throw new InvalidArgumentError(`Allowed choices are ${topics.join(', ')}.`);
  return [...earlier, topic];
}
