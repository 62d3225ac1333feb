import { readFileSync } from 'node:fs';
import type { Recorded, Recording } from './recording.js';

const variable = 'MANYCORE_DEMO_RECORDING';

/** The file that this thread records to, if a runner started the example. */
export function recordingFile(): string | undefined {
  return process.env[variable];
}

/** The environment that makes an example, and all that it starts, record to that file. */
export function recordingVariable(file: string): Record<string, string> {
  return { [variable]: file };
}

/** What was recorded, by the time at which it began; what has no time keeps its place. */
export function readRecording(file: string): Recording {
  const lines = readFileSync(file, 'utf8').split('\n');
  return inOrderOfTime(lines.flatMap(parse));
}

/** A process that was killed may leave half a line. */
function parse(line: string): Recorded[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as Recorded];
  } catch {
    return [];
  }
}

/** Spans are recorded when they end, and messages of two processes may be written late. */
function inOrderOfTime(records: readonly Recorded[]): Recorded[] {
  const timed = records.filter((each) => timeOf(each) !== undefined);
  timed.sort((one, other) => (timeOf(one) ?? 0) - (timeOf(other) ?? 0));
  return [...records.filter((each) => timeOf(each) === undefined), ...timed];
}

function timeOf(record: Recorded): number | undefined {
  if (record.kind === 'span') return record.from;
  return record.kind === 'moment' || record.kind === 'message' ? record.at : undefined;
}
