/** How often each kind of thing was done. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(kind: string, n: number): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + n);
  }

  get(kind: string): number {
    return this.#counts.get(kind) ?? 0;
  }

  total(): number {
    return [...this.#counts.values()].reduce((sum, n) => sum + n, 0);
  }

  /** By kind, in alphabetical order. */
  entries(): Record<string, number> {
    return Object.fromEntries(
      [...this.#counts].toSorted(([one], [other]) => one.localeCompare(other)),
    );
  }
}
