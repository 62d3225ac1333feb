import type { Transferable } from '@manycore/core';
import {
  type Destination,
  hasCode,
  knownHandleModules,
  type Mark,
  modulesOf,
  pack,
  type Parcel,
  programModule,
  type TargetRef,
} from '@manycore/core/internal';
import type { Task } from '../scheduler/records.js';
import { rawNumbers } from './numbers.js';
import type { InitMessage, TaskMessage } from './protocol.js';
import type { TaskPayload } from './transport.js';

/** What every worker of a pool gets when it starts. */
export interface WorkerSetup {
  readonly pool: string;
  readonly initializer: TargetRef | undefined;
  readonly initArgs: readonly unknown[];
  /** How many tasks it runs at a time. */
  readonly concurrency: number;
}

/** The first message to a worker. @throws NotCloneableError */
export function initMessage(
  { pool, initializer, initArgs, concurrency }: WorkerSetup,
  worker: number,
  to: Destination,
  status: SharedArrayBuffer | undefined,
): InitMessage {
  // Copied, also what is marked by `move`: the next worker gets the same.
  const { packed } = pack(initArgs, to, 'initArgs');
  return {
    manycorePool: 'init',
    pool,
    worker,
    main: programModule(),
    modules: [...new Set([...knownHandleModules(), ...modulesOf(packed)])],
    initializer: initializer && { target: initializer, args: packed },
    status,
    concurrency,
  };
}

/** A task as it is posted. */
export interface EncodedTask {
  readonly message: TaskMessage;
  readonly transfer: readonly Transferable[];
  /**
   * What of the caller's is transferred, if anything is: the task cannot be sent a second time, and goes by message
   * even where there are rings. `restoreMarks` is for a message that is not posted.
   */
  readonly moves: readonly Mark[];
  /** How many results are to come, for a chunk. */
  readonly count: number | undefined;
}

/**
 * The ring of a worker when a task is to go by message. A record holds the place of the task there, but not of one that
 * moves something; nor, while nothing else is in flight, of one with copies of large buffers.
 */
export type RingState = 'none' | 'empty' | 'busy';

/** Makes the messages that carry tasks to one worker: a target is written out only in the first of its tasks. */
export class TaskEncoder {
  readonly #to: Destination;
  /** The numbers of the targets that the worker knows. */
  readonly #targets = new Map<TargetRef, number>();

  constructor(to: Destination) {
    this.#to = to;
  }

  /** The number of a target that the worker knows. */
  numberOf(target: TargetRef): number | undefined {
    return this.#targets.get(target);
  }

  /** Numbers a target that the worker does not know; it is to be told. */
  add(target: TargetRef): number {
    const number = this.#targets.size;
    this.#targets.set(target, number);
    return number;
  }

  /** `ring`: the state of the worker's ring, if it has one. @throws NotCloneableError */
  encode({ seq, attempt, payload }: Task<TaskPayload>, ring: RingState): EncodedTask {
    const { values } = payload;
    const numbers = payload.shape === 'map' ? rawNumbers(values) : undefined;
    const { packed, transfer, marks }: Parcel = numbers
      ? { packed: [numbers], transfer: this.#to === 'thread' ? [numbers.buffer] : [], marks: [] }
      : packValues(values, payload, this.#to);
    // Between processes everything is copied.
    const moves = this.#to === 'thread' ? marks : [];
    const known = this.#targets.get(payload.target);
    const message: TaskMessage = {
      manycorePool: 'task',
      id: seq,
      target: known ?? this.#targets.size,
      ref: known === undefined ? payload.target : undefined,
      shape: payload.shape,
      values: packed,
      offset: payload.offset,
      wantsPartial: payload.wantsPartial,
      attempt,
      modules: packed[1] && modulesOf(packed),
      inRing: moves.length === 0 && (ring === 'busy' || (ring === 'empty' && transfer.length === 0)),
    };
    return { message, transfer, moves, count: payload.shape === 'call' ? undefined : values.length };
  }

  /** The message was posted: the worker knows its target from now on. */
  posted({ target, ref }: TaskMessage): void {
    if (ref !== undefined) this.#targets.set(ref, target);
  }
}

/** @throws NotCloneableError naming the value by its place in the whole call: `items[1253].onClick`. */
function packValues(
  values: readonly unknown[],
  { root, offset }: TaskPayload,
  to: Destination,
): Parcel {
  try {
    return pack(values, to, root);
  } catch (error) {
    if (root === 'items' && hasCode(error, 'MANYCORE_NOT_CLONEABLE')) {
      // The array that was refused is a chunk; its own indices mean nothing to the caller.
      values.forEach((value, index) => pack(value, to, `items[${offset + index}]`));
    }
    throw error;
  }
}
