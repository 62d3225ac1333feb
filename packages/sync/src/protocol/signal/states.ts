/*
 * The words of an event and of a latch. See the README beside this file.
 */

/** An event: odd while set, growing with each change. A latch: the count. */
export const valueWord = 0;

/** 1 when somebody sleeps on the value, or may. */
export const sleepersWord = 1;

export const signalWords = 2;

/** Whether an event with this value is set. */
export function isSet(value: number): boolean {
  return (value & 1) === 1;
}
