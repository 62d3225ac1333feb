/**
 * How much slower than the author's machine this one may be: every delay below is multiplied by it.
 * Set with the environment variable `DELAY_FACTOR`; 1 when unset.
 */
export const delayFactor: number = readFactor(process.env['DELAY_FACTOR']);

/** Multiplies a delay in milliseconds by the machine's factor, rounded to whole milliseconds. */
export function scaled(milliseconds: number): number {
  return Math.round(milliseconds * delayFactor);
}

/**
 * 50 ms, scaled: the time given to something that must *not* happen. A test that waits this long
 * and sees nothing may miss a defect, but never fails without one.
 */
export const shortDelay: number = scaled(50);

/** 250 ms, scaled: a timeout that a test lets expire. */
export const smallDelay: number = scaled(250);

/** 1 s, scaled: how long a fixture's own work takes when something must happen in the meantime. */
export const mediumDelay: number = scaled(1000);

/** 20 s, scaled: how long to wait for what must happen. A test that waits this long has failed. */
export const longDelay: number = scaled(20_000);

function readFactor(text: string | undefined): number {
  if (text === undefined || text === '') return 1;
  const factor = Number(text);
  if (!(factor > 0 && factor < Infinity)) {
    throw new RangeError(`DELAY_FACTOR must be a positive number, not ${JSON.stringify(text)}`);
  }
  return factor;
}
