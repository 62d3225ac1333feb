import { BootstrapError } from './errors/bootstrap-error.js';
import { createAsyncContext } from './platform/async-context.js';
import { sharedState } from './shared-state.js';

/** What asynchronous work belongs to: the loading of a module, or (`undefined`) the call of a target. */
interface Origin {
  readonly loading: string | undefined;
}

interface OriginContext {
  run<T>(origin: Origin, fn: () => T): T;
  getStore(): Origin | undefined;
  disable(): void;
}

interface BootstrapState {
  /** The modules whose import is still running. */
  readonly loading: string[];
  context: OriginContext | undefined;
  /** `context` is followed: what a module left running can be told from what a target does. */
  following: boolean;
  /** Code that can start workers was loaded in this thread. */
  canStart: boolean;
}

const state = sharedState('bootstrap', (): BootstrapState => ({
  loading: [],
  context: undefined,
  following: false,
  canStart: false,
}));

/**
 * Imports a target's module in a worker, and refuses to start workers for that module: while it loads,
 * and in what its top level leaves running. An `async function main()` that starts a process after its
 * first `await` is as endless as one that starts it at once.
 *
 * On Node before 24 an async context costs each promise of the thread some 0.1 µs. So it is given up
 * after modules that brought nothing along to start workers with, unless it is the program's `main`
 * module, which may yet import that.
 */
export async function bootstrap<T>(
  module: string,
  isMain: boolean,
  load: () => Promise<T>,
): Promise<T> {
  state.loading.push(module);
  state.context ??= createAsyncContext<Origin>();
  state.following = true;
  try {
    return await state.context.run({ loading: module }, load);
  } finally {
    state.loading.splice(state.loading.indexOf(module), 1);
    if (isMain) state.canStart = true;
    if (!state.canStart && state.loading.length === 0) {
      state.following = false;
      state.context.disable();
    }
  }
}

/** Runs what is no part of a module's loading: the call of a target. */
export function outsideBootstrap<T>(fn: () => T): T {
  return state.context && state.following ? state.context.run({ loading: undefined }, fn) : fn();
}

/** To be called while code loads that can start workers. */
export function markStartsWorkers(): void {
  state.canStart = true;
}

/**
 * Refuses to start `what` (such as `Process-1`) on behalf of a module that a worker loads.
 *
 * @throws BootstrapError
 */
export function assertNotBootstrapping(what: string): void {
  const origin = state.following ? state.context?.getStore() : undefined;
  const module = origin ? origin.loading : state.loading.at(-1);
  if (module === undefined) return;
  throw new BootstrapError(
    `${what} was not started: a worker is just loading ${module}, whose top level starts workers, ` +
      'so every worker would start more without end. Start them only in the program itself:\n\n' +
      '  if (isMain(import.meta)) {\n    // start threads, processes and pools here\n  }\n',
  );
}
