import type { Readable } from 'node:stream';
import { now } from '../time/clock.js';

/** Lines that a program printed, and when each of them arrived. */
export interface PrintedLines {
  readonly lines: readonly string[];
  /** Milliseconds of `now()`, one for each line. */
  readonly times: readonly number[];
}

/** Reads lines until the stream ends. What follows the last line's end is a line too, unless it is empty. */
export async function readLines(stream: Readable): Promise<PrintedLines> {
  const lines: string[] = [];
  const times: number[] = [];
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    while (times.length < lines.length) times.push(now());
  }
  if (rest !== '') {
    lines.push(rest);
    times.push(now());
  }
  return { lines, times };
}
