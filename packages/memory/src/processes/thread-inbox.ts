import { sharedState } from '@manycore/core';

import { nativeBackend } from '../native/backend.js';
import type { DescriptorAddress, Inbox, Outbox } from '../native/native-backend.js';

/** How many outboxes are kept open for the next signal. */
const keptOutboxes = 64;

/** Signals to and from this thread's event loop: one inbox for all segments. */
class ThreadInbox {
  #inbox: Inbox | undefined;
  readonly #listeners = new Set<WeakRef<() => void>>();
  /** By the address of the inbox at the other end. */
  readonly #outboxes = new Map<string, Outbox>();

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
    let outbox = this.#outboxes.get(name);
    if (!outbox) {
      try {
        outbox = nativeBackend().openOutbox(address, tag);
      } catch {
        // No descriptor left, for example. The other thread will notice by itself, within a heartbeat.
        return true;
      }
      if (!outbox) return false;
      if (this.#outboxes.size >= keptOutboxes) this.#closeAll();
      this.#outboxes.set(name, outbox);
    }
    if (outbox.signal()) return true;
    outbox.close();
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

  #closeAll(): void {
    for (const outbox of this.#outboxes.values()) outbox.close();
    this.#outboxes.clear();
  }
}

export const threadInbox: ThreadInbox = sharedState('memory.threadInbox', () => new ThreadInbox());
