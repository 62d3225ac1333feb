import { BootstrapError } from './errors/bootstrap-error.js';
import { createAsyncContext } from './platform/async-context.js';
import { sharedState } from './shared-state.js';

interface AsyncContext {
  run<T>(value: true, fn: () => T): T;
  getStore(): true | undefined;
}

interface BootstrapState {
  /** The modules whose import is still running. */
  loading: string[];
  /** Follows what a module's top level started and did not wait for. */
  context: AsyncContext | undefined;
  /** The module that `context` follows. */
  followed: string | undefined;
}

const state = sharedState('bootstrap', (): BootstrapState => ({
  loading: [],
  context: undefined,
  followed: undefined,
}));

/**
 * Imports a target's module in a worker, and meanwhile refuses to start workers. `follow` extends that
 * to whatever the module's top level leaves running: an `async function main()` that starts a process
 * after its first `await` is as endless as one that starts it at once. (On Node before 24 an async
 * context slows every promise of the thread a little, so it is used for the program's main module.)
 */
export async function bootstrap<T>(
  module: string,
  follow: boolean,
  load: () => Promise<T>,
): Promise<T> {
  state.loading.push(module);
  try {
    if (!follow) return await load();
    state.followed = module;
    state.context ??= createAsyncContext<true>();
    return await state.context.run(true, load);
  } finally {
    state.loading.splice(state.loading.indexOf(module), 1);
  }
}

/** Leaves what `bootstrap` follows: for the call of a target that was loaded there. */
export function outsideBootstrap<T>(fn: () => T): T {
  const context = state.context as { exit?: (fn: () => T) => T } | undefined;
  return context?.exit ? context.exit(fn) : fn();
}

/**
 * Refuses to start `what` (such as `Process-1`) while a worker loads its module.
 *
 * @throws BootstrapError
 */
export function assertNotBootstrapping(what: string): void {
  const module = state.loading.at(-1) ?? (state.context?.getStore() && state.followed);
  if (module === undefined) return;
  throw new BootstrapError(
    `${what} was not started: a worker is just loading ${module}, whose top level starts workers, ` +
      'so every worker would start more without end. Start them only in the program itself:\n\n' +
      '  if (isMain(import.meta)) {\n    // start threads, processes and pools here\n  }\n',
  );
}
