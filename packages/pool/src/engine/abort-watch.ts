const watchers = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` when the signal aborts; returns how to take that back. A signal gets one event
 * listener for all: a thousand tasks of one signal would else draw a warning, and cost as much.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const listeners = watchers.get(signal) ?? watch(signal);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && watchers.get(signal) === listeners) unwatch(signal);
  };
}

function watch(signal: AbortSignal): Set<() => void> {
  const listeners = new Set<() => void>();
  watchers.set(signal, listeners);
  signal.addEventListener('abort', notify, { once: true });
  return listeners;
}

function unwatch(signal: AbortSignal): void {
  watchers.delete(signal);
  signal.removeEventListener('abort', notify);
}

function notify(this: AbortSignal): void {
  const listeners = watchers.get(this);
  watchers.delete(this);
  for (const listener of listeners ?? []) listener();
}
