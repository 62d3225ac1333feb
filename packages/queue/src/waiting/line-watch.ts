/** A line that sleeps in the background. */
interface Watched {
  /** Looks whether anyone has died, and goes on if there is a reason. */
  look(): void;
}

/** How often, in milliseconds. */
const interval = 100;

// Taken now: a test that replaces the timers later must not stop the waits.
const { setInterval, clearInterval } = globalThis;

/**
 * The lines of this thread that sleep in the background, and one timer for all: a sleep with a time limit of
 * its own would cost more than the wake-up.
 */
class LineWatch {
  readonly #lines = new Set<Watched>();
  /** Runs on until it finds no line: sleeps come in swarms. It does not keep the event loop alive. */
  #timer: ReturnType<typeof setInterval> | undefined;

  add(line: Watched): void {
    this.#lines.add(line);
    this.#timer ??= setInterval(() => this.#tick(), interval).unref();
  }

  delete(line: Watched): void {
    this.#lines.delete(line);
  }

  #tick(): void {
    for (const line of [...this.#lines]) line.look();
    if (this.#lines.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

export const lineWatch: LineWatch = new LineWatch();
