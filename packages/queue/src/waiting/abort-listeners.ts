/**
 * By signal. Many waits may listen to one, and a platform warns of many listeners, as if they had been
 * forgotten: so each signal gets one of ours, for as long as there is a wait.
 */
const listening = new WeakMap<AbortSignal, Listener>();

class Listener {
  readonly actions = new Set<() => void>();

  /** What the signal calls. */
  handleEvent(): void {
    for (const action of [...this.actions]) action();
  }
}

/** Calls `action` when the signal aborts, until `stopListening`. */
export function listen(signal: AbortSignal, action: () => void): void {
  let listener = listening.get(signal);
  if (!listener) {
    listener = new Listener();
    listening.set(signal, listener);
    signal.addEventListener('abort', listener);
  }
  listener.actions.add(action);
}

export function stopListening(signal: AbortSignal, action: () => void): void {
  const listener = listening.get(signal);
  if (!listener?.actions.delete(action) || listener.actions.size > 0) return;
  listening.delete(signal);
  signal.removeEventListener('abort', listener);
}
