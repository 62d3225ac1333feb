import { ManycoreError } from '@manycore/core';
import { checkEnvironment, checkNice, checkWords } from '@manycore/core/internal';

import { refusedExecArgv } from './platform/exec-arguments.js';
import { platform, type ResourceLimits, threadsHavePriorities } from './platform/node.js';

/** How Node's worker thread is made. */
export interface WorkerThreadOptions {
  /**
   * The thread's `process.env`; a variable that is `undefined` is left out. Default: a copy of this thread's, as
   * it is when the thread starts. What is not JavaScript, such as the time zone, is that of the process.
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * Options of Node for the thread. Default: this process's. Those of the process and of V8, such as
   * `--expose-gc`, are refused: a thread cannot have its own.
   */
  readonly execArgv?: readonly string[] | undefined;
  /** What follows the program in the thread's `process.argv`. Default: nothing. */
  readonly argv?: readonly string[] | undefined;
  /**
   * The thread's priority: from 19, runs when nothing else wants to, to -20. Default: that of the thread which
   * starts it. On Linux only: elsewhere threads have no priority of their own, and it is refused.
   */
  readonly nice?: number | undefined;
  /** Limits of the thread's heap and stack, in megabytes, as of Node's `Worker`. */
  readonly resourceLimits?: ResourceLimits | undefined;
}

/** @throws TypeError, RangeError, ManycoreError naming the option that cannot be used, and what it may be. */
export function checkWorkerThreadOptions(options: WorkerThreadOptions): void {
  const { env, execArgv, argv, nice, resourceLimits } = options;
  checkEnvironment(env);
  checkWords('execArgv', execArgv, '--no-warnings');
  checkWords('argv', argv, '--verbose');
  checkNice(nice);
  if (nice !== undefined && !threadsHavePriorities) {
    throw new ManycoreError(
      'MANYCORE_UNSUPPORTED',
      `nice: on ${platform} a thread has no priority of its own, only a process has; use a Process or ProcessPool`,
    );
  }
  checkResourceLimits(resourceLimits);
  const refusal = execArgv && refusedExecArgv(execArgv);
  if (refusal !== undefined) {
    throw new TypeError(
      `execArgv: a thread cannot have ${refusal}; use a Process or ProcessPool, or resourceLimits for memory`,
    );
  }
}

/** Without the variables that are undefined, for which Node would put in that word. */
export function environmentOf(env: WorkerThreadOptions['env']): Record<string, string> | undefined {
  if (!env) return undefined;
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(set);
}

const names = [
  'maxYoungGenerationSizeMb',
  'maxOldGenerationSizeMb',
  'codeRangeSizeMb',
  'stackSizeMb',
] as const;

/** With less, no version of Node starts a thread, and newer ones end the whole process. */
const leastHeap = 4;

/** @throws TypeError, RangeError naming the limit: Node itself overlooks most mistakes. */
function checkResourceLimits(limits: unknown): void {
  if (limits === undefined) return;
  if (typeof limits !== 'object' || limits === null) {
    throw new TypeError(`resourceLimits must be an object such as { ${names[1]}: 256 }`);
  }
  for (const [name, value] of Object.entries(limits) as [string, unknown][]) {
    if (!(names as readonly string[]).includes(name)) {
      throw new TypeError(`resourceLimits.${name} is not known; there are ${names.join(', ')}`);
    }
    if (value === undefined) continue;
    if (typeof value !== 'number') {
      throw new TypeError(`resourceLimits.${name} must be a number of megabytes, not ${typeof value}`);
    }
    if (!(value > 0)) throw new RangeError(`resourceLimits.${name} must be above 0, not ${value}`);
    if (name === 'maxOldGenerationSizeMb' && value < leastHeap) {
      throw new RangeError(
        `resourceLimits.${name} must be at least ${leastHeap}, not ${value}: no thread can start with less`,
      );
    }
  }
}
