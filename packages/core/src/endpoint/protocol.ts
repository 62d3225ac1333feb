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

/** From the caller, after an unreadable message in either direction: which of these calls do you not run? */
export interface Check {
  readonly kind: 'check';
  readonly ids: readonly number[];
}

/** From the worker, to a check: it does not run this call. Its answer was posted before, or will never be. */
export interface Idle {
  readonly kind: 'idle';
  readonly id: number;
}

/** From the worker: it received a message that it could not read, perhaps a call. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly reason: string;
}

/** Whether a message belongs to this protocol: a worker's own code may use the same channel. */
export function isCall(message: unknown): message is Call {
  return kindOf(message) === 'call';
}

/** Its fields must be checked before use: a worker may lie. */
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
