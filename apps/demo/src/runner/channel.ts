import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { progressBar } from '../terminal/progress-bar.js';

/**
 * What an example tells its runner beside its output, as lines of JSON: how far its long work is (from 0
 * to 1), and at the end its facts.
 */
type Message = { readonly progress: number } | { readonly facts: unknown };

const variable = 'MANYCORE_DEMO_CHANNEL';

/** The descriptor of the channel, in the example. */
export const channelDescriptor = 3;

/** The environment variable that tells an example of its channel. */
export const channelVariable: Record<string, string> = { [variable]: String(channelDescriptor) };

/** Hands the facts to the runner, if a runner started this program. */
export function sendFacts(facts: unknown): void {
  if (hasRunner() && facts !== undefined) send({ facts });
}

/** Says how far long work is: to the runner, or on the terminal where there is none. */
export function reportProgress(done: number, total: number): void {
  const progress = done / total;
  if (hasRunner()) send({ progress });
  else if (process.stderr.isTTY)
    process.stderr.write(`\r${progress < 1 ? progressBar(progress) : '\u001b[K'}`);
}

/** Reads what an example tells, until it ends. Resolves to its facts. */
export async function readChannel(
  stream: Readable,
  onProgress: (progress: number) => void,
): Promise<unknown> {
  let facts: unknown;
  for await (const line of createInterface({ input: stream })) {
    const message = parse(line);
    if (message && 'progress' in message) onProgress(message.progress);
    else if (message) ({ facts } = message);
  }
  return facts;
}

function hasRunner(): boolean {
  return process.env[variable] !== undefined;
}

function send(message: Message): void {
  writeSync(channelDescriptor, `${JSON.stringify(message)}\n`);
}

/** An example that was killed may leave half a line. */
function parse(line: string): Message | undefined {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}
