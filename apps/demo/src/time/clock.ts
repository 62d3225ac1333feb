/** Milliseconds on the machine's steady clock, the same in every thread and process. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The seconds since `start`, a value of `now()`, rounded to two digits: `Finished in 1.02 second(s)`. */
export function secondsSince(start: number): number {
  return Math.round((now() - start) / 10) / 100;
}
