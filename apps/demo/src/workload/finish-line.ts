import { type ExpectedLine, line } from '../expectation/expectation.js';
import { atLeast } from '../expectation/placeholder.js';
import { record } from '../recording/recorder.js';
import { pythonFloat } from '../spelling/python.js';
import { secondsSince } from '../time/clock.js';

/** `Finished in 1.02 second(s)`, of the seconds that really passed. */
export function printFinished(start: number, group?: string): void {
  console.log(`Finished in ${pythonFloat(secondsSince(start))} second(s)`);
  record.moment('MainProcess', 'finished', group === undefined ? {} : { group });
}

/** That line, with so many demo seconds or more. */
export function finished(seconds: number, scale: number): ExpectedLine {
  return line('Finished in {seconds} second(s)', { seconds: atLeast(seconds * scale) });
}
