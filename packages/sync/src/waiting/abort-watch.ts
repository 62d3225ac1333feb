/** A wait that a signal can end. */
export interface AbortableWait {
  aborted(signal: AbortSignal): void;
}

/**
 * The waits that each signal can end. A signal gets one listener however many wait: one signal for the
 * whole program is a good habit, and Node warns of the eleventh listener.
 */
class AbortWatch {
  readonly #bySignal = new WeakMap<AbortSignal, Set<AbortableWait>>();

  add(signal: AbortSignal, wait: AbortableWait): void {
    const known = this.#bySignal.get(signal);
    if (known) {
      known.add(wait);
      return;
    }
    this.#bySignal.set(signal, new Set([wait]));
    signal.addEventListener('abort', this.#onAbort);
  }

  delete(signal: AbortSignal, wait: AbortableWait): void {
    const waits = this.#bySignal.get(signal);
    if (waits?.delete(wait) !== true || waits.size > 0) return;
    this.#bySignal.delete(signal);
    signal.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = ({ target }: { target: unknown }): void => {
    const signal = target as AbortSignal;
    const waits = this.#bySignal.get(signal) ?? [];
    this.#bySignal.delete(signal);
    signal.removeEventListener('abort', this.#onAbort);
    for (const wait of waits) wait.aborted(signal);
  };
}

export const abortWatch: AbortWatch = new AbortWatch();
