import { BootstrapError } from './errors.js';
import { createAsyncContext } from './platform/node.js';
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
  /** Asynchronous work is followed, which tells what a module left running from what a target does. */
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
 * Imports a target's module in a worker, and refuses to start workers on behalf of that module: while it
 * loads, and in what its top level leaves running. An `async function main()` that starts a process after
 * its first `await` recurses as one that starts it at once does.
 *
 * Before Node 24, an async context costs each promise of the thread about 0.1 µs. So it is disabled again
 * after a module that did not load code which starts workers, unless it is the program's `main` module,
 * which may load such code later.
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

/** Runs the call of a target, which does not count as part of loading its module. */
export function outsideBootstrap<T>(fn: () => T): T {
  return state.context && state.following ? state.context.run({ loading: undefined }, fn) : fn();
}

/** Called by modules that can start workers, while they load. */
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
    `${what} was not started: ${module} starts workers at module top level while a worker loads it, ` +
      'which would recurse forever. Start them only in the main program:\n\n' +
      '  if (isMain(import.meta)) {\n    // start threads, processes and pools here\n  }\n',
  );
}
