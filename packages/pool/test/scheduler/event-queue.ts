/** Things that will happen on a simulated clock: in the order of time, at equal times of arrival. */
export class EventQueue {
  now = 0;
  readonly #events: { at: number; seq: number; run: () => void }[] = [];
  #lastSeq = 0;

  get size(): number {
    return this.#events.length;
  }

  after(delay: number, run: () => void): void {
    this.at(this.now + delay, run);
  }

  at(at: number, run: () => void): void {
    this.#lastSeq += 1;
    const event = { at: Math.max(at, this.now), seq: this.#lastSeq, run };
    let index = this.#events.length;
    // Sorted with the next event last; most new events are late ones, but queues here are short.
    while (index > 0) {
      const other = this.#events[index - 1];
      if (!other || other.at > event.at || (other.at === event.at && other.seq > event.seq)) break;
      index -= 1;
    }
    this.#events.splice(index, 0, event);
  }

  /** Lets the next thing happen; false when there is none. */
  step(): boolean {
    const event = this.#events.pop();
    if (!event) return false;
    this.now = event.at;
    event.run();
    return true;
  }
}
