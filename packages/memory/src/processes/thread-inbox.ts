import { sharedState } from '@manycore/core/internal';

import { nativeBackend } from '../native/backend.js';
import type { DescriptorAddress, Inbox, Outbox } from '../native/native-backend.js';

/** How long an outbox is kept open for the next signal, in milliseconds. */
const kept = 1000;

interface KeptOutbox {
  readonly outbox: Outbox;
  lastUsed: number;
}

// Taken now: a test that replaces the timers later must not leave outboxes open.
const { setTimeout } = globalThis;

/** Signals to and from this thread's event loop: one inbox for all segments. */
class ThreadInbox {
  #inbox: Inbox | undefined;
  readonly #listeners = new Set<WeakRef<() => void>>();
  /** By the address of the inbox at the other end. */
  readonly #outboxes = new Map<string, KeptOutbox>();

  /** The inbox, opened at the first call. */
  open(): Inbox {
    return (this.#inbox ??= nativeBackend().openInbox(() => this.#onSignal()));
  }

  /** Calls `listener` at every signal, for as long as something else holds it. */
  listen(listener: () => void): void {
    this.#listeners.add(new WeakRef(listener));
  }

  /** Makes another thread look; false when that thread is gone. */
  signal(address: DescriptorAddress, tag: number): boolean {
    const name = `${address.pid}:${address.descriptor}:${tag}`;
    let entry = this.#outboxes.get(name);
    if (!entry) {
      let outbox: Outbox | undefined;
      try {
        outbox = nativeBackend().openOutbox(address, tag);
      } catch {
        // No descriptor left, for example. The other thread will notice by itself, within a heartbeat.
        return true;
      }
      if (!outbox) return false;
      entry = { outbox, lastUsed: 0 };
      if (this.#outboxes.size === 0) this.#tidyLater();
      this.#outboxes.set(name, entry);
    }
    entry.lastUsed = performance.now();
    if (entry.outbox.signal()) return true;
    entry.outbox.close();
    this.#outboxes.delete(name);
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
    for (const [name, { outbox, lastUsed }] of this.#outboxes) {
      if (lastUsed > limit) continue;
      outbox.close();
      this.#outboxes.delete(name);
    }
    if (this.#outboxes.size > 0) this.#tidyLater();
  }
}

export const threadInbox: ThreadInbox = sharedState('memory.threadInbox', () => new ThreadInbox());
