import type { Packed } from '../message/packed.js';
import type { TargetRef } from '../target/target.js';

/** Asks a worker to run a function. */
export interface Call {
  readonly kind: 'call';
  readonly id: number;
  readonly target: TargetRef;
  /** The packed array of arguments. */
  readonly args: Packed;
  /** The URL of the program's main module: the guard watches it more closely. */
  readonly main: string | undefined;
}

/** The answer to a call: what the function returned, or what it threw. */
export interface Answer {
  readonly kind: 'answer';
  readonly id: number;
  readonly outcome: 'returned' | 'threw';
  readonly value: Packed;
}

/** Whether a message is one of this protocol: a worker's own code may use the same channel. */
export function isCall(message: unknown): message is Call {
  return kindOf(message) === 'call';
}

export function isAnswer(message: unknown): message is Answer {
  return kindOf(message) === 'answer';
}

function kindOf(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return undefined;
  return (message as { kind?: unknown }).kind;
}
