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
  /** The modules of handles and errors that the worker may import, since its parent knows them. */
  readonly modules: readonly string[];
}

/** The answer to a call: what the function returned, or what it threw. */
export interface Answer {
  readonly kind: 'answer';
  readonly id: number;
  readonly outcome: 'returned' | 'threw';
  readonly value: Packed;
}

/** By the caller: a message of the worker could not be read, or one to it. Which of these calls has it not? */
export interface Check {
  readonly kind: 'check';
  readonly ids: readonly number[];
}

/** By the worker, to a check: it does not run this call. Its answer was posted before, or never will be. */
export interface Idle {
  readonly kind: 'idle';
  readonly id: number;
}

/** By the worker: a message to it could not be read, a call perhaps. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: string;
}

/** Whether a message is one of this protocol: a worker's own code may use the same channel. */
export function isCall(message: unknown): message is Call {
  return kindOf(message) === 'call';
}

/** Its fields are to be looked at before they are used: a worker may lie. */
export function isAnswer(message: unknown): message is Partial<Answer> {
  return kindOf(message) === 'answer';
}

export function isCheck(message: unknown): message is Check {
  return kindOf(message) === 'check';
}

export function isIdle(message: unknown): message is Idle {
  return kindOf(message) === 'idle';
}

export function isUnreadable(message: unknown): message is Unreadable {
  return kindOf(message) === 'unreadable' && typeof (message as Partial<Unreadable>).reason === 'string';
}

function kindOf(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return undefined;
  return (message as { kind?: unknown }).kind;
}
