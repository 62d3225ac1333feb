import { ManycoreError } from '@manycore/core';
import { isSharedArrayBuffer, runtime } from '@manycore/core/internal';

/*
 * What memory needs of the platform. Everything else in the package, but for the folder `linux`, is plain
 * JavaScript. Modules are taken where they are used: an import costs every start of a worker.
 */
export const isMainThread: boolean = process.getBuiltinModule('node:worker_threads').isMainThread;
const { getEnvironmentData, setEnvironmentData, threadId } =
  process.getBuiltinModule('node:worker_threads');

/** The largest buffer that this version of Node makes, in bytes. */
export const largestBuffer: number = process.getBuiltinModule('node:buffer').constants.MAX_LENGTH;

/** The number of this thread, never used twice in one process; 0 is the main thread. */
export const currentThreadId: number = threadId;

/** A buffer that this thread's creator shared under `key`, and that is passed on to new threads. */
export function inherited(key: string): SharedArrayBuffer | undefined {
  const value = getEnvironmentData(key);
  return isSharedArrayBuffer(value) ? value : undefined;
}

/** Shares a buffer with every thread that this thread starts from now on, and with theirs. */
export function shareWithThreads(key: string, buffer: SharedArrayBuffer): void {
  setEnvironmentData(key, buffer);
}

/** Something to tidy up when a thread ends. */
export interface ThreadResource {
  threadExits(): void;
}

let resources: Set<WeakRef<ThreadResource>> | undefined;

/**
 * Calls `resource.threadExits()` when this thread ends by itself, unless the resource was collected
 * before. A terminated thread runs nothing; the main thread ends with its process, which ends all.
 */
export function onThreadExit(resource: ThreadResource): void {
  if (isMainThread) return;
  if (!resources) {
    const all = (resources = new Set());
    process.once('exit', () => {
      for (const reference of all) reference.deref()?.threadExits();
    });
  }
  for (const reference of resources) if (!reference.deref()) resources.delete(reference);
  resources.add(new WeakRef(resource));
}

/** A thread of the operating system: its id and, because ids return, when it started. */
export interface SystemThread {
  readonly id: number;
  /** Clock ticks since boot, the low 32 bits. */
  readonly started: number;
}

/** The calling thread, where the system tells (Linux); undefined elsewhere. */
export function systemThread(): SystemThread | undefined {
  if (process.platform !== 'linux') return undefined;
  const { readFileSync, readlinkSync } = process.getBuiltinModule('node:fs');
  try {
    const id = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    const started = startOf(readFileSync('/proc/thread-self/stat', 'latin1'));
    return started === undefined ? undefined : { id, started };
  } catch {
    // /proc is not mounted, or Node's permission model hides it: others must tell of this thread's end.
    return undefined;
  }
}

/** Whether the system still has this thread. Only for one that `systemThread` of process `pid` returned. */
export function systemThreadLives(thread: SystemThread, pid: number = process.pid): boolean {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  try {
    const stat = readFileSync(`/proc/${pid}/task/${thread.id}/stat`, 'latin1');
    return startOf(stat) === thread.started;
  } catch (error) {
    // Only "no such thread" is proof. ESRCH: it ended while its file was being read.
    const code = (error as NodeJS.ErrnoException).code;
    return code !== 'ENOENT' && code !== 'ESRCH';
  }
}

/** What happens to the promises of this thread. */
export interface PromiseEvents {
  /** A promise was made; for an `await` or a `then`, `parent` is the promise that it follows. */
  readonly init: (promise: object, parent: object | undefined) => void;
  /** What follows a promise begins to run. */
  readonly before: (promise: object) => void;
  /** It has run, up to its next `await`. */
  readonly after: (promise: object) => void;
  readonly settled: (promise: object) => void;
}

/** Whether `watchPromises` works here: Bun has `promiseHooks`, but not the function in them. */
export const tellsPromises: boolean = runtime !== 'bun';

/**
 * Reports what happens to all promises of this thread from now on.
 *
 * @throws ManycoreError in a runtime that does not tell (Bun).
 */
export function watchPromises(events: PromiseEvents): void {
  if (!tellsPromises) {
    throw new ManycoreError(
      'MANYCORE_UNSUPPORTED',
      'acquire() of a lock that belongs to a task (RLock, Condition, the lock of a Value) needs promise hooks, ' +
        'which Bun lacks: use run(fn), or acquireSync()',
    );
  }
  const { promiseHooks } = process.getBuiltinModule('node:v8');
  // The functions themselves, since each is called at every `await`.
  const { init, before, after, settled } = events;
  promiseHooks.createHook({ init, before, after, settled });
}

/**
 * When a task started, from its `stat` line under /proc, in clock ticks since boot, low 32 bits;
 * undefined when it is dead and only not yet collected.
 */
export function startOf(stat: string): number | undefined {
  // The second field is the task's name in brackets and may hold anything; the third is the state.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return Number(fields[19]) | 0;
}

/*
 * Makes V8 collect at once. Its `gc` function is there without a flag on the command line when the flag
 * is set for the moment in which a new context is made.
 */
let collect: (() => void) | undefined;

/**
 * Frees all that this thread does not refer to, also what only `WeakRef`s of the running job hold: those
 * are kept until the job ends, and the job of a thread that never returns to its event loop does not end.
 */
export function collectGarbage(): void {
  (collect ??= prepare())();
}

function prepare(): () => void {
  const vm = process.getBuiltinModule('node:vm');
  const v8 = process.getBuiltinModule('node:v8');
  const isExposed = typeof globalThis.gc === 'function';
  v8.setFlagsFromString('--expose-gc');
  const gc = vm.runInNewContext('gc') as () => void;
  if (!isExposed) v8.setFlagsFromString('--no-expose-gc');
  // The end of a microtask checkpoint releases what WeakRefs keep; such a context has one of its own.
  const context = vm.createContext({}, { microtaskMode: 'afterEvaluate' });
  const checkpoint = new vm.Script('0');
  return () => {
    checkpoint.runInContext(context);
    gc();
    // Buffers are freed in the background; the next collection waits for that.
    gc();
  };
}
