import { sharedState } from '@manycore/core/internal';

import type { DescriptorAddress, WakePipeReader, WakePipeWriter } from '../../native-backend.js';
import { nativeBackend } from '../../platform/native.js';

/**
 * How long a writer is kept open for the next signal, in milliseconds. To open one costs some 50 µs; to keep it takes a
 * descriptor, also when the thread at the other end is gone.
 */
const kept = 200;

interface KeptWriter {
  readonly writer: WakePipeWriter;
  lastUsed: number;
}

// Taken now: a test that replaces the timers later must not leave writers open.
const { setTimeout } = globalThis;

/** Signals to and from this thread's event loop: one wake pipe for all segments. */
class WakePipe {
  #reader: WakePipeReader | undefined;
  readonly #listeners = new Set<WeakRef<() => void>>();
  /** By the address of the wake pipe at the other end. */
  readonly #writers = new Map<string, KeptWriter>();

  /** The wake pipe, opened at the first call. */
  open(): WakePipeReader {
    return (this.#reader ??= nativeBackend().openWakePipe(() => this.#onSignal()));
  }

  /** Calls `listener` at every signal, for as long as something else holds it. */
  listen(listener: () => void): void {
    this.#listeners.add(new WeakRef(listener));
  }

  /** Makes another thread look; false when that thread is gone. */
  signal(address: DescriptorAddress, tag: number): boolean {
    const name = `${address.pid}:${address.descriptor}:${tag}`;
    let entry = this.#writers.get(name);
    if (!entry) {
      let writer: WakePipeWriter | undefined;
      try {
        writer = nativeBackend().openWakePipeWriter(address, tag);
      } catch {
        // No descriptor left, for example. The other thread will notice by itself, within a heartbeat.
        return true;
      }
      if (!writer) return false;
      entry = { writer, lastUsed: 0 };
      if (this.#writers.size === 0) this.#tidyLater();
      this.#writers.set(name, entry);
    }
    entry.lastUsed = performance.now();
    if (entry.writer.signal()) return true;
    entry.writer.close();
    this.#writers.delete(name);
    return false;
  }

  #onSignal(): void {
    for (const reference of this.#listeners) {
      const listener = reference.deref();
      if (listener) listener();
      else this.#listeners.delete(reference);
    }
  }

  #tidyLater(): void {
    setTimeout(() => this.#tidy(), kept).unref();
  }

  /** Closes what was not used lately: its owner may have ended. */
  #tidy(): void {
    const limit = performance.now() - kept;
    for (const [name, { writer, lastUsed }] of this.#writers) {
      if (lastUsed > limit) continue;
      writer.close();
      this.#writers.delete(name);
    }
    if (this.#writers.size > 0) this.#tidyLater();
  }
}

export const wakePipe: WakePipe = sharedState('memory.wakePipe', () => new WakePipe());
