import { setFlagsFromString } from 'node:v8';
import { createContext, runInNewContext, Script } from 'node:vm';

/** Frees what nothing in this thread refers to, also what only WeakRefs of the running job hold. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // The end of a context's microtasks releases what WeakRefs keep.
  new Script('0').runInContext(createContext({}, { microtaskMode: 'afterEvaluate' }));
  collect();
  // Buffers are freed in the background; the next collection waits for that.
  collect();
}
