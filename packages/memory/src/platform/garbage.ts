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
