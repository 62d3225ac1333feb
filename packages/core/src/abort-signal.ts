const watched = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` when the signal aborts, once; returns a function that removes it. A signal gets one
 * event listener for any number of waits: one signal for a whole program is good practice, and Node
 * warns about the eleventh listener.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const listeners = watched.get(signal) ?? watch(signal);
  // Two waits may pass the same function.
  const entry = (): void => {
    listener();
  };
  listeners.add(entry);
  return () => {
    if (!listeners.delete(entry) || listeners.size > 0 || watched.get(signal) !== listeners) return;
    watched.delete(signal);
    signal.removeEventListener('abort', notify);
  };
}

function watch(signal: AbortSignal): Set<() => void> {
  const listeners = new Set<() => void>();
  watched.set(signal, listeners);
  signal.addEventListener('abort', notify, { once: true });
  return listeners;
}

function notify(this: AbortSignal): void {
  const listeners = watched.get(this);
  watched.delete(this);
  for (const listener of listeners ?? []) listener();
}
