import { sharedState } from '@manycore/core/internal';

import { heartbeat, type Owners } from '../shared-block.js';

/** Something that sleeps in the background and has to be looked at, in case its wake-up was lost. */
export interface Monitored {
  /** Goes on if there is a reason to. */
  check(liveness: Liveness): void;
}

/** Answers whether owners live; each is asked about once a tick, because the question may be a system call. */
export interface Liveness {
  alive(owners: Owners, owner: number): boolean;
}

/**
 * What is checked: a word that may have changed, every heartbeat; an owner that may have died, every second one.
 */
export type Concern = 'word' | 'owner';

// Taken now: a test that replaces the timers later must not stop the waits.
const { setInterval, clearInterval } = globalThis;

/**
 * The background waits of this thread, and one timer for all of them: a timer each would cost more than the
 * wake-up. A notifier that is killed between its change and its wake-up, a wake-up that went to a thread which
 * died, and an owner that died delay a sleeper by one or two ticks, and never forever.
 */
class Monitor {
  readonly #monitored = new Map<Monitored, Concern>();
  /** Those for which the event loop stays alive. */
  readonly #holding = new Set<Monitored>();
  /** Runs on for one tick after the last wait, without keeping the loop alive: waits come in swarms. */
  #timer: ReturnType<typeof setInterval> | undefined;
  #tick = 0;

  /** Does not keep the event loop alive, until `ref`. */
  add(monitored: Monitored, concern: Concern): void {
    this.#monitored.set(monitored, concern);
    this.#timer ??= setInterval(() => this.#check(), heartbeat).unref();
  }

  delete(monitored: Monitored): void {
    this.#monitored.delete(monitored);
    this.unref(monitored);
  }

  /** Keeps the event loop alive for it. */
  ref(monitored: Monitored): void {
    if (!this.#monitored.has(monitored)) return;
    this.#holding.add(monitored);
    if (this.#holding.size === 1) this.#timer?.ref();
  }

  unref(monitored: Monitored): void {
    if (this.#holding.delete(monitored) && this.#holding.size === 0) this.#timer?.unref();
  }

  #check(): void {
    if (this.#monitored.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#tick += 1;
    const liveness = new LivenessAnswers();
    for (const [monitored, concern] of [...this.#monitored]) {
      const isDue = concern === 'word' || this.#tick % 2 === 0;
      // One that a check before it has ended is not checked any more.
      if (isDue && this.#monitored.has(monitored)) monitored.check(liveness);
    }
  }
}

class LivenessAnswers implements Liveness {
  readonly #answers = new Map<Owners, Map<number, boolean>>();

  alive(owners: Owners, owner: number): boolean {
    let known = this.#answers.get(owners);
    if (!known) this.#answers.set(owners, (known = new Map<number, boolean>()));
    let answer = known.get(owner);
    if (answer === undefined) known.set(owner, (answer = owners.alive(owner)));
    return answer;
  }
}

export const monitor: Monitor = sharedState('memory.monitor', () => new Monitor());
