import type { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { isTaken, isTakingCommand, Taken, takeAndBegin } from '../protocol/take-script.js';

/** What ioredis keeps of a script that it was given as a command. */
interface DefinedScript {
  readonly lua: string;
  readonly numberOfKeys: number;
}

/**
 * Lets BullMQ's commands of this connection begin the call that they take. BullMQ has defined them by now. Where it
 * names them otherwise, they stay as they are, and a host begins each call by a command of its own.
 */
export function beginWhenTaken(redis: Redis): void {
  const scripts = redis.scriptsSet as Readonly<Record<string, DefinedScript | undefined>>;
  for (const [name, script] of Object.entries(scripts)) {
    const command = name.split(':')[0] ?? '';
    if (!script || !isTakingCommand(command)) continue;
    redis.defineCommand(name, { numberOfKeys: script.numberOfKeys, lua: takeAndBegin(command, script.lua) });
  }
}

/**
 * BullMQ's worker asks for a second job before it runs the first, as long as it does not know that there is none. Now it
 * knows: when the job was the last, it waits for the marker of the next one, and runs the job meanwhile. Where a
 * version of BullMQ has no such property, it asks in vain, as before.
 */
export function waitAfterTheLast(worker: Worker): void {
  worker.on('active', ({ progress }) => {
    if (isTaken(progress, Taken.last)) Object.assign(worker, { drained: true });
  });
}
