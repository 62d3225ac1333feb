/** Who waits for permits in one place: a blocked thread, or all tasks of a thread. */
export interface Demand {
  /** The least that one of them wants. */
  readonly least: number;
  /** How many permits to take when there are so many: what one of them wants, or 0. */
  pick(permits: number): number;
  /** So many were taken, as `pick` said. */
  took(amount: number): void;
}

/** One thread that wants so many permits. Not `#private`: the model checker copies it. */
export class SingleDemand implements Demand {
  readonly least: number;

  constructor(amount: number) {
    this.least = amount;
  }

  pick(permits: number): number {
    return permits >= this.least ? this.least : 0;
  }

  took(): void {
    // The attempt ends with it.
  }
}
