import type { CallOptions, ProcessPoolOptions, ThreadPoolOptions } from '@manycore/pool';
import { smallDelay } from '@manycore/testing';
import * as deadly from '../fixtures/deadly.mjs';
import { dieToInitialise, failToInitialise, hangToInitialise } from '../fixtures/work.mjs';
import type { Deed } from './forms.js';

export type Kind = 'ThreadPool' | 'ProcessPool';
type Options = ThreadPoolOptions & ProcessPoolOptions;

/** One way in which a task, or its worker, goes wrong. */
export interface Row {
  readonly name: string;
  readonly deed: Deed;
  readonly item?: unknown;
  readonly options?: CallOptions;
  /** The outcome, for each kind of pool; undefined where the row makes no sense. */
  readonly expected: Readonly<Record<Kind, string | RegExp | undefined>>;
  /** Set for a row that needs a pool of its own: the pool's options. */
  readonly pool?: Options;
  /** Options that only processes have. */
  readonly processes?: Options;
  /** Whether the pool is of no use afterwards. */
  readonly fatal?: true;
  /** Ends the pool from outside while the task runs. */
  readonly terminates?: true;
}

const both = (expected: string | RegExp): Row['expected'] => ({
  ThreadPool: expected,
  ProcessPool: expected,
});
const processes = (expected: string): Row['expected'] => ({
  ThreadPool: undefined,
  ProcessPool: expected,
});
const timeout = { timeout: smallDelay };
const broken = new URL('../fixtures/broken-module.mjs', import.meta.url);

export const rows: readonly Row[] = [
  { name: 'throws', deed: deadly.throws, expected: both('RangeError') },
  { name: 'rejects', deed: deadly.rejects, expected: both('TypeError') },
  {
    name: 'throws later from a timer',
    deed: deadly.throwsFromTimer,
    expected: both('WorkerDiedError 1 (RangeError)'),
  },
  {
    name: 'unhandled rejection',
    deed: deadly.rejectsUnhandled,
    expected: both('WorkerDiedError 1 (RangeError)'),
  },
  { name: 'process.exit(0)', deed: deadly.exits0, expected: both('WorkerDiedError 0') },
  { name: 'process.exit(3)', deed: deadly.exits3, expected: both('WorkerDiedError 3') },
  { name: 'SIGKILL', deed: deadly.killsItself, expected: processes('WorkerDiedError -9 SIGKILL') },
  { name: 'SIGSEGV', deed: deadly.segfaults, expected: processes('WorkerDiedError -11 SIGSEGV') },
  {
    name: 'terminate()',
    deed: deadly.waitsForEnd,
    expected: both('PoolTerminatedError'),
    pool: {},
    fatal: true,
    terminates: true,
  },
  {
    name: 'out of memory',
    deed: deadly.eatsMemory,
    expected: {
      ThreadPool: 'WorkerDiedError 1 (Error)',
      // V8 aborts; by which signal depends on the version and the machine.
      ProcessPool: /^WorkerDiedError (-\d+ SIG[A-Z]+|13\d)$/,
    },
    pool: {
      resourceLimits: { maxOldGenerationSizeMb: 24 },
      stdio: ['ignore', 'inherit', 'ignore'],
    },
    processes: { execArgv: ['--max-old-space-size=24'] },
  },
  {
    name: 'initializer throws',
    deed: deadly.takesAnything,
    expected: both('BrokenPoolError (RangeError)'),
    pool: { initializer: failToInitialise },
    fatal: true,
  },
  {
    name: 'initializer exits',
    deed: deadly.takesAnything,
    expected: both('BrokenPoolError (WorkerDiedError)'),
    pool: { initializer: dieToInitialise },
    fatal: true,
  },
  {
    name: 'initializer hangs',
    deed: deadly.takesAnything,
    expected: both('BrokenPoolError (TimeoutError)'),
    pool: { initializer: hangToInitialise, startTimeout: smallDelay },
    fatal: true,
  },
  {
    name: 'module import throws',
    deed: { module: broken, name: 'work' },
    expected: both('TargetNotFoundError (SyntaxError)'),
  },
  { name: 'result not cloneable', deed: deadly.returnsFunction, expected: both('NotCloneableError') },
  {
    name: 'argument not cloneable',
    deed: deadly.takesAnything,
    item: () => 1,
    expected: both('NotCloneableError'),
  },
  { name: 'endless loop, timeout', deed: deadly.spins, options: timeout, expected: both('TimeoutError') },
  { name: 'Atomics.wait, timeout', deed: deadly.blocks, options: timeout, expected: both('TimeoutError') },
  { name: 'stdout closed', deed: deadly.writesToClosedOutput, expected: both('"done"') },
];
